#include "app/cli/help.h"

#include <fmt/core.h>

#include "app/cli/manual.h"
#include "app/cli/verbs.h"
#include "base/text.h"

namespace gatehouse::app {

namespace {

constexpr std::string_view kIntroduction =
    "gatehouse: edge, operator and guard of one server\n"
    "\n"
    "usage: gatehouse VERB [ARGUMENT]...\n"
    "       gatehouse VERB --help\n"
    "\n"
    "verbs:\n";

constexpr std::string_view kExamples =
    "\n"
    "examples:\n"
    "  gatehouse up infra\n"
    "  gatehouse deploy stacks/shop\n"
    "  gatehouse serve --entrypoints.web.address=:80 --providers.docker\n"
    "\n"
    "exit codes: 0 done, 1 tried and failed, 2 wrong arguments or configuration\n";

int run_help(std::span<char* const> args) {
  if (args.empty()) {
    fmt::print("{}", help_text());
    return kOk;
  }
  if (std::string_view(args.front()) == "--man") {
    fmt::print("{}", manual_page());
    return kOk;
  }
  const auto* command = find_verb(args.front());
  if (command == nullptr) {
    fmt::print(stderr, "{}", unknown_verb(args.front()));
    return kWrongCall;
  }
  fmt::print("{}", command->help);
  return kOk;
}

}  // namespace

std::string help_text() {
  std::string text(kIntroduction);
  for (const auto* command : verbs()) {
    if (!command->hidden) text += fmt::format("  {:<12}{}\n", command->name, command->summary);
  }
  return text.append(kExamples);
}

std::string unknown_verb(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto* command : verbs()) {
    if (!command->hidden) names.push_back(command->name);
  }
  const auto near = base::nearest(name, names);
  const auto suggestion = near.empty() ? std::string() : fmt::format("; did you mean \"{}\"?", near);
  return fmt::format("gatehouse: there is no verb \"{}\"{}\n`gatehouse --help` lists the verbs.\n", name, suggestion);
}

constexpr Command kHelpCommand{
    .name = "help",
    .summary = "explain a verb",
    .help = "usage: gatehouse help [VERB]\n       gatehouse help --man    (the manual page)\n",
    .run = run_help,
};

}  // namespace gatehouse::app
