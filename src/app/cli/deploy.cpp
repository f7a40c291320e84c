#include "deploy/deploy.h"

#include <array>

#include <fmt/format.h>

#include "app/cli/console.h"
#include "app/cli/session.h"
#include "app/cli/verbs.h"
#include "app/cli/version.h"
#include "base/parse_int.h"
#include "deploy/tree.h"

namespace gatehouse::app {

namespace {

constexpr std::array kOptions{
    Option{"--file", "-f", true},     Option{"--project-name", "-p", true},
    Option{"--profile", {}, true},    Option{"--plan", {}, false},
    Option{"--pull", {}, false},      Option{"--build", {}, false},
    Option{"--no-verify", {}, false}, Option{"--remove-orphans", {}, false},
    Option{"--wait", {}, true},       kStateDirOption,
};

int run(const Arguments& arguments) {
  const auto wait = base::parse_int<int>(arguments.value("--wait").value_or("300"));
  if (!wait || *wait < 1) {
    fmt::print(stderr, "gatehouse deploy: --wait takes a number of seconds\n");
    return kWrongCall;
  }
  auto session = Session::open();
  if (!session) return print_error("deploy", session.error()), kWrongCall;
  const auto stack = deploy::open_stack(load_options(arguments, arguments.word(0, ".")));
  if (!stack) return print_error("deploy", stack.error()), kWrongCall;
  deploy::DeployOptions options;
  options.version = version();
  options.state_dir = state_dir_of(arguments);
  options.plan_only = arguments.has("--plan");
  options.pull = arguments.has("--pull");
  options.build = arguments.has("--build");
  options.verify = !arguments.has("--no-verify");
  options.remove_orphans = arguments.has("--remove-orphans");
  options.wait_max = std::chrono::seconds(*wait);
  base::Result<deploy::DeployResult> result;
  {
    ConsoleReport report;
    result = (*session)->loop().run(deploy::deploy((*session)->engine(), *stack, options, report));
  }
  if (result) return kOk;
  print_error("deploy", result.error());
  return result.error().code == base::ErrorCode::kInvalid ? kWrongCall : kFailed;
}

int run_deploy(std::span<char* const> args) {
  const auto arguments = Arguments::parse(args, kOptions, 1);
  if (arguments) return run(*arguments);
  print_error("deploy", arguments.error());
  return kWrongCall;
}

}  // namespace

constexpr Command kDeployCommand{
    .name = "deploy",
    .summary = "check a stack, show the plan, roll it out, verify it from outside",
    .help =
        R"(usage: gatehouse deploy [OPTION]... [DIR]

Deploys the stack in DIR (default: here): a folder with a compose file and its .env. Checks everything that can be
checked first; nothing is touched when something is wrong. A stack that is as it should be is left alone.

options:
  -f, --file FILE          another compose file; may be given several times, later ones override
  -p, --project-name NAME  in place of the folder's
      --profile NAME       services of this profile too
      --plan               show what would be done, and do nothing
      --pull               pull images also where they are here
      --build              build images also where they are here
      --remove-orphans     remove containers of services that the stack no longer has
      --no-verify          do not ask for the stack's hosts through the edge
      --wait SECONDS       how long a service may take to become ready, default 300
      --statedir DIR       Gatehouse's state, default /var/lib/gatehouse or GATEHOUSE_STATEDIR

examples:
  gatehouse deploy stacks/shop
  gatehouse deploy --plan stacks/shop
  DOCKER_HOST=tcp://10.0.0.2:2375 gatehouse deploy stacks/shop

exit codes: 0 deployed, 1 it did not come up (what was replaced is back), 2 a check failed: nothing was touched
)",
    .run = run_deploy,
};

}  // namespace gatehouse::app
