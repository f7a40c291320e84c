#include <array>

#include <fmt/format.h>

#include "app/cli/console.h"
#include "app/cli/session.h"
#include "app/cli/verbs.h"
#include "app/cli/version.h"
#include "deploy/adoption.h"
#include "deploy/deploy.h"
#include "deploy/tree.h"
#include "deploy/verify.h"

namespace gatehouse::app {

namespace {

constexpr std::array kOptions{
    Option{"--profile", {}, true},
    Option{"--plan", {}, false},
    Option{"--pull", {}, false},
    Option{"--build", {}, false},
    Option{"--remove-orphans", {}, false},
    Option{"--no-verify", {}, false},
    kStateDirOption,
};

constexpr std::chrono::seconds kEdgeWaitMax{20};

// The edge has to be there before stacks are verified through it.
async::Task<base::Result<void>> wait_for_edge(async::Loop& loop, std::filesystem::path state_dir,
                                              deploy::Report& report) {
  BASE_CO_TRY(const auto adoptions, deploy::read_adoptions(state_dir));
  const auto edge = deploy::view_of(adoptions, state_dir);
  report.doing("edge", "waiting for it to listen");
  BASE_CO_CHECK(co_await deploy::wait_for_edge(loop, edge, async::Deadline::after(kEdgeWaitMax)));
  report.done("edge", "listens");
  co_return base::Result<void>{};
}

// False when a stack did not come up; the others are deployed all the same.
async::Task<bool> deploy_all(docker::Engine& engine, const std::vector<deploy::Stack>& stacks,
                             deploy::DeployOptions options, deploy::Report& report) {
  bool all_well = true;
  for (const auto& stack : stacks) {
    const bool is_proxy = deploy::is_reverse_proxy(stack);
    auto own = options;
    own.verify = options.verify && !is_proxy;
    auto result = co_await deploy::deploy(engine, stack, own, report);
    if (result && is_proxy && options.verify && !options.plan_only) {
      const auto listens = co_await wait_for_edge(engine.loop(), options.state_dir, report);
      if (!listens) {
        options.verify = false;  // nothing could answer
        report.failed("edge", listens.error().message);
        all_well = false;
      } else {
        const auto verified = co_await deploy::verify_through_edge(engine.loop(), stack, options, report);
        if (!verified) result = base::fail(verified.error());
      }
    }
    if (result) continue;
    all_well = false;
    report.failed("stack " + stack.name(), result.error().message);
    if (!result.error().detail.empty()) report.detail(result.error().detail);
  }
  co_return all_well;
}

// Everything that can be found wrong on this engine, of all stacks, before the first is touched.
async::Task<base::Result<void>> check_all(docker::Engine& engine, const std::vector<deploy::Stack>& stacks,
                                          const deploy::DeployOptions& options) {
  std::string errors;
  for (const auto& stack : stacks) {
    BASE_CO_TRY(const auto observed, co_await deploy::observe(engine, stack));
    const auto plan = co_await deploy::check_and_plan(engine, stack, observed, options);
    if (!plan) errors += (plan.error().detail.empty() ? plan.error().message : plan.error().detail) + "\n";
  }
  if (errors.empty()) co_return base::Result<void>{};
  co_return base::fail(base::Error{base::ErrorCode::kInvalid, base::Fault::kOperator, base::Retry::kNo,
                                   errors.substr(0, errors.find('\n')), errors});
}

int run(const Arguments& arguments) {
  auto session = Session::open();
  if (!session) return print_error("up", session.error()), kWrongCall;
  const auto folders = deploy::find_stacks(arguments.word(0, "."));
  if (!folders) return print_error("up", folders.error()), kWrongCall;
  const auto stacks = deploy::open_stacks(*folders, load_options(arguments, {}));
  if (!stacks) return print_error("up", stacks.error()), kWrongCall;
  deploy::DeployOptions options;
  options.version = version();
  options.state_dir = state_dir_of(arguments);
  options.plan_only = arguments.has("--plan");
  options.pull = arguments.has("--pull");
  options.build = arguments.has("--build");
  options.verify = !arguments.has("--no-verify");
  options.remove_orphans = arguments.has("--remove-orphans");
  options.create_external_networks = true;
  auto& loop = (*session)->loop();
  if (const auto checked = loop.run(check_all((*session)->engine(), *stacks, options)); !checked) {
    print_error("up", checked.error());
    return checked.error().code == base::ErrorCode::kInvalid ? kWrongCall : kFailed;
  }
  ConsoleReport report;
  return loop.run(deploy_all((*session)->engine(), *stacks, options, report)) ? kOk : kFailed;
}

int run_up(std::span<char* const> args) {
  const auto arguments = Arguments::parse(args, kOptions, 1);
  if (arguments) return run(*arguments);
  print_error("up", arguments.error());
  return kWrongCall;
}

}  // namespace

constexpr Command kUpCommand{
    .name = "up",
    .summary = "deploy a whole tree: the reverse proxy, then every stack",
    .help =
        R"(usage: gatehouse up [OPTION]... [DIR]

Deploys every stack in the folders below DIR (default: here), those with a Traefik service first: such a service is
adopted, which means that it is not started and that Gatehouse's own edge takes its options, labels and files. External
networks that are missing are created. All stacks are checked before the first is touched.

options:
      --profile NAME    services of this profile too
      --plan            show what would be done, and do nothing
      --pull            pull images also where they are here
      --build           build images also where they are here
      --remove-orphans  remove containers of services that a stack no longer has
      --no-verify       do not ask for the stacks' hosts through the edge
      --statedir DIR    Gatehouse's state, default /var/lib/gatehouse or GATEHOUSE_STATEDIR

examples:
  gatehouse up infra
  gatehouse up --plan infra

exit codes: 0 all is up, 1 something did not come up, 2 a check failed: nothing was touched
)",
    .run = run_up,
};

}  // namespace gatehouse::app
