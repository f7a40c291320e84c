// How compose cuts a command that is written as one string into words: quotes and backslashes as a shell has them,
// no variables, no globs (the rules of mattn/go-shellwords, which compose uses). Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gatehouse::compose {

struct ShellWords {
  std::vector<std::string> words;
  // compose stops, without a word, at an unquoted ; & | < or >. That character, or 0.
  char stopped_at = 0;
};

// kInvalid for quotes that are left open and unquoted parentheses; the message does not hold the text.
base::Result<ShellWords> split_shell_words(std::string_view text);

}  // namespace gatehouse::compose
