#include "deploy/down.h"

#include <array>

#include "app/cli/console.h"
#include "app/cli/session.h"
#include "app/cli/verbs.h"

namespace gatehouse::app {

namespace {

constexpr std::array kOptions{Option{"--volumes", "-v", false}, kStateDirOption};

int run_down(std::span<char* const> args) {
  const auto arguments = Arguments::parse(args, kOptions, 1);
  if (!arguments) return print_error("down", arguments.error()), kWrongCall;
  auto session = Session::open();
  if (!session) return print_error("down", session.error()), kWrongCall;
  const deploy::DownOptions options{state_dir_of(*arguments), arguments->has("--volumes")};
  base::Result<void> result;
  {
    ConsoleReport report;
    result = (*session)->loop().run(
        deploy::take_down((*session)->engine(), project_name_of(arguments->word(0, ".")), options, report));
  }
  if (result) return kOk;
  print_error("down", result.error());
  return kFailed;
}

}  // namespace

constexpr Command kDownCommand{
    .name = "down",
    .summary = "stop and remove a stack; its volumes stay",
    .help =
        R"(usage: gatehouse down [OPTION]... [STACK]

Stops and removes the containers and networks of a stack: a folder, or a name as `gatehouse status` shows it (default:
the folder here). Data in volumes stays.

options:
  -v, --volumes       remove the stack's volumes too: their data is gone then
      --statedir DIR  Gatehouse's state, default /var/lib/gatehouse or GATEHOUSE_STATEDIR

examples:
  gatehouse down stacks/shop
  gatehouse down shop
)",
    .run = run_down,
};

}  // namespace gatehouse::app
