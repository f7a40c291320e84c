#include <cstdio>
#include <exception>
#include <span>
#include <string_view>

#include <fmt/core.h>

#include "app/cli/help.h"
#include "app/cli/verbs.h"

namespace gatehouse::app {
namespace {

bool asks_for_help(std::span<char* const> args) {
  for (const std::string_view arg : args) {
    if (arg == "--") return false;
    if (arg == "--help" || arg == "-h") return true;
  }
  return false;
}

int run(std::span<char* const> args) {
  std::string_view name = args.empty() ? "" : args.front();
  if (name.empty()) {
    fmt::print(stderr, "{}", help_text());
    return kWrongCall;
  }
  if (name == "--version") name = kVersionCommand.name;
  if (name == "--help" || name == "-h") name = kHelpCommand.name;
  const auto* command = find_verb(name);
  if (command == nullptr) {
    fmt::print(stderr, "{}", unknown_verb(name));
    return kWrongCall;
  }
  const auto rest = args.subspan(1);
  if (asks_for_help(rest)) {
    fmt::print("{}", command->help);
    return kOk;
  }
  return command->run(rest);
}

}  // namespace
}  // namespace gatehouse::app

int main(int argc, char** argv) {
  try {
    return gatehouse::app::run(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
  } catch (const std::exception& error) {
    fmt::print(stderr, "gatehouse: {}\n", error.what());
    return gatehouse::app::kFailed;
  }
}
