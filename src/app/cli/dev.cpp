#include <iostream>
#include <string>
#include <string_view>

#include "app/cli/verbs.h"
#include "compose/conformance_lines.h"

namespace gatehouse::app {

namespace {

// Answers JSON questions, a line each, for conformance checks from outside.
int run_dev(std::span<char* const> args) {
  const std::string_view verb = args.size() == 1 ? args[0] : "";
  std::string (*answer)(std::string_view) = nullptr;
  if (verb == "interpolate") answer = compose::answer_interpolation;
  if (verb == "dotenv") answer = compose::answer_dotenv;
  if (answer == nullptr) {
    std::cerr << "usage: gatehouse dev interpolate|dotenv, with one JSON question a line on standard input\n";
    return kWrongCall;
  }
  for (std::string line; std::getline(std::cin, line);) std::cout << answer(line) << '\n' << std::flush;
  return kOk;
}

}  // namespace

constexpr Command kDevCommand{
    .name = "dev",
    .summary = "answer conformance checks",
    .help = "usage: gatehouse dev interpolate|dotenv    (a JSON question a line on standard input)\n",
    .run = run_dev,
    .hidden = true,
};

}  // namespace gatehouse::app
