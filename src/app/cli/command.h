// Command: a verb of the command line. Each lives in cli/<verb>.cpp as a constant, and is named in cli/verbs.h and
// verbs.cpp; main() finds it there, and so do --help, the completion of shells and the manual page's check.
#pragma once

#include <span>
#include <string_view>

namespace gatehouse::app {

// What a verb returns. Deploying verbs use kFailed for a stack that did not come up, kWrongCall before anything is
// touched.
enum ExitCode : int {
  kOk = 0,
  kFailed = 1,     // it was tried, and did not work; or a check found something
  kWrongCall = 2,  // arguments or configuration that make no sense: nothing was done
};

struct Command {
  std::string_view name;
  std::string_view summary;  // one line, for the list of verbs
  // Printed by `gatehouse VERB --help`: usage, options ("  --name ..." begins a line), examples. Ends with a newline.
  std::string_view help;
  int (*run)(std::span<char* const> args);  // args: what follows the verb
  bool hidden = false;                      // not for people: in no list
};

}  // namespace gatehouse::app
