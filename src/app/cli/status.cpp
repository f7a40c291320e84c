#include "deploy/status.h"

#include <array>

#include <fmt/format.h>

#include "app/cli/console.h"
#include "app/cli/session.h"
#include "app/cli/verbs.h"

namespace gatehouse::app {

namespace {

constexpr std::array kOptions{kJsonOption, kStateDirOption};

int run_status(std::span<char* const> args) {
  const auto arguments = Arguments::parse(args, kOptions, 1);
  if (!arguments) return print_error("status", arguments.error()), kWrongCall;
  auto session = Session::open();
  if (!session) return print_error("status", session.error()), kWrongCall;
  const auto project = arguments->words().empty() ? std::string() : project_name_of(arguments->word(0, ""));
  const auto status =
      (*session)->loop().run(deploy::read_status((*session)->engine(), state_dir_of(*arguments), project));
  if (!status) return print_error("status", status.error()), kFailed;
  if (arguments->has("--json")) {
    fmt::print("{}\n", deploy::to_json(*status));
  } else {
    fmt::print("{}", deploy::to_table(*status));
  }
  return kOk;
}

}  // namespace

constexpr Command kStatusCommand{
    .name = "status",
    .summary = "show what runs: stacks, containers, the edge",
    .help =
        R"(usage: gatehouse status [OPTION]... [STACK]

Lists the containers of all stacks, or of one: a folder, or a name.

options:
      --json          for programs
      --statedir DIR  Gatehouse's state, default /var/lib/gatehouse or GATEHOUSE_STATEDIR

examples:
  gatehouse status
  gatehouse status --json shop
)",
    .run = run_status,
};

}  // namespace gatehouse::app
