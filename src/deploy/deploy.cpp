#include "deploy/deploy.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "deploy/adoption.h"
#include "deploy/check.h"
#include "deploy/container_spec.h"
#include "deploy/images.h"
#include "deploy/verify.h"

namespace gatehouse::deploy {

using base::Error;
using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;
using base::Retry;

namespace {

base::Failure failure(const std::vector<std::string>& errors) {
  Error error{ErrorCode::kInvalid, Fault::kOperator, Retry::kNo, errors.front(), {}};
  if (errors.size() > 1) error.detail = base::join(errors, "\n");
  return fail(std::move(error));
}

void append(std::vector<std::string>& all, std::vector<std::string> more) {
  for (auto& line : more) all.push_back(std::move(line));
}

// Networks that the stack expects to find: `up` makes them, after saying so.
async::Task<Result<void>> create_external_networks(docker::Engine& engine, const Stack& stack, const Observed& observed,
                                                   Report& report) {
  for (const auto& [key, network] : stack.project.networks) {
    if (!network.used || !network.external || observed.network(network.name) != nullptr) continue;
    BASE_CO_CHECK(co_await engine.create_network({.name = network.name}));
    report.done("network " + network.name, "created: the stack declares it external, and it was not there");
  }
  co_return Result<void>{};
}

// A Traefik's volumes have to be there before their places on the host are known.
async::Task<Result<std::map<std::string, std::string>>> mountpoints(docker::Engine& engine,
                                                                    const compose::Project& project,
                                                                    const compose::Service& service) {
  std::map<std::string, std::string> found;
  for (const auto& mount : service.volumes) {
    const auto volume = project.volumes.find(mount.source);
    if (mount.type != "volume" || volume == project.volumes.end()) continue;
    BASE_CO_TRY(const auto inspected, co_await engine.inspect_volume(volume->second.name));
    found.emplace(inspected.name, inspected.mountpoint);
  }
  co_return found;
}

// Without volumes that do not exist yet: for a check.
Result<Adopted> adopt_for_check(const docker::Engine& engine, const Stack& stack, const compose::Service& service,
                                const DeployOptions& options) {
  return adopt(stack.project, service, {options.state_dir, {}, engine.endpoint().to_string()});
}

async::Task<Result<bool>> adopt_all(docker::Engine& engine, const Stack& stack, const Plan& plan,
                                    const DeployOptions& options, Report& report) {
  bool changed = false;
  for (const auto* service : plan.adopted) {
    BASE_CO_TRY(auto places, co_await mountpoints(engine, stack.project, *service));
    BASE_CO_TRY(const auto adopted,
                adopt(stack.project, *service, {options.state_dir, std::move(places), engine.endpoint().to_string()}));
    BASE_CO_TRY(const bool written, write_adoption(adopted.record, options.state_dir));
    changed = changed || written;
    const std::string object = "service " + service->name;
    if (!written) {
      report.same(object, fmt::format("adopted before ({}): Gatehouse's edge stands in for it", service->image));
      continue;
    }
    report.done(object, fmt::format("adopted: {} is not started, Gatehouse's edge takes its options", service->image));
    for (const auto& notice : adopted.notices) report.notice(notice);
  }
  co_return changed;
}

// Where Traefik itself runs it has the ports that the edge is to listen on: it is stopped, the edge takes over, and
// where that does not come about Traefik is started again.
async::Task<Result<bool>> take_over(docker::Engine& engine, const Stack& stack, const Plan& plan,
                                    const DeployOptions& options, Report& report) {
  std::vector<const docker::ContainerSummary*> running;
  for (const auto* container : plan.displaced) {
    if (container->state == docker::ContainerState::kRunning) running.push_back(container);
  }
  for (const auto* container : running) {
    report.doing("container " + container->name, "stopping, so that the edge can have its ports");
    BASE_CO_CHECK(co_await engine.stop_container(container->id, std::nullopt));
  }
  auto adopted = co_await adopt_all(engine, stack, plan, options, report);
  if (running.empty()) co_return adopted;
  Result<void> listens;
  if (adopted) {
    const auto adoptions = read_adoptions(options.state_dir);
    listens = adoptions ? co_await wait_for_edge(engine.loop(), view_of(*adoptions, options.state_dir),
                                                 async::Deadline::after(options.take_over_max))
                        : Result<void>(fail(adoptions.error()));
    if (listens) co_return adopted;
    (void)remove_adoption(stack.name(), options.state_dir);
  }
  for (const auto* container : running) {
    const auto started = co_await engine.start_container(container->id);
    report.show({started ? Progress::kDone : Progress::kFailed, "container " + container->name,
                 started ? "runs again, the edge did not take over" : started.error().message});
  }
  co_return fail(adopted ? listens.error() : adopted.error());
}

async::Task<Result<void>> remove_orphans(docker::Engine& engine, const Plan& plan, const DeployOptions& options,
                                         Report& report) {
  for (const auto* container : plan.orphans) {
    if (!options.remove_orphans) {
      report.warning(
          fmt::format("container {} belongs to a service that the stack no longer has: remove it with "
                      "--remove-orphans",
                      container->name));
      continue;
    }
    BASE_CO_CHECK(co_await engine.remove_container(container->id, {.force = true, .volumes = false}));
    report.done("container " + container->name, "removed");
  }
  co_return Result<void>{};
}

void tell_unchanged(const Plan& plan, Report& report) {
  for (const auto& container : plan.containers) {
    if (container.change == Change::kSame) report.same("container " + container.name, container.existing->status);
  }
}

}  // namespace

async::Task<Result<void>> verify_through_edge(async::Loop& loop, const Stack& stack, const DeployOptions& options,
                                              Report& report) {
  if (!options.verify || stack.routes.empty()) co_return Result<void>{};
  BASE_CO_TRY(const auto adoptions, read_adoptions(options.state_dir));
  const auto edge = view_of(adoptions, options.state_dir);
  if (edge.entries.empty()) {
    report.warning("not verified from outside: no edge is known in " + options.state_dir.string() +
                   "; \"gatehouse up\" on the folder of your reverse proxy makes one");
    co_return Result<void>{};
  }
  co_return co_await verify(loop, stack, edge, async::Deadline::after(options.verify_max), report);
}

async::Task<Result<Plan>> check_and_plan(docker::Engine& engine, const Stack& stack, const Observed& observed,
                                         const DeployOptions& options) {
  BASE_CO_TRY(auto plan, make_plan(stack, observed, {options.pull, options.build, options.version}));
  std::vector<std::string> errors;
  if (!options.create_external_networks) append(errors, check_networks(stack, observed));
  append(errors, check_volumes(stack, observed));
  append(errors, check_names(stack, observed));
  append(errors, check_hosts(stack, observed));
  append(errors, check_ports(stack, observed));
  for (const auto* service : plan.adopted) {
    const auto adopted = adopt_for_check(engine, stack, *service, options);
    if (!adopted) errors.push_back(adopted.error().message);
  }
  for (const auto* container : plan.displaced) {
    if (container->state != docker::ContainerState::kRunning || is_served(options.state_dir)) continue;
    errors.push_back(
        fmt::format("container {} is a Traefik that runs, and no Gatehouse serves from {} that could take "
                    "over from it: start \"gatehouse serve\" first",
                    container->name, options.state_dir.string()));
  }
  append(errors, co_await check_images(engine, stack, plan));
  if (!errors.empty()) co_return failure(errors);
  co_return plan;
}

async::Task<Result<DeployResult>> deploy(docker::Engine& engine, const Stack& stack, const DeployOptions& options,
                                         Report& report) {
  report.heading("stack " + stack.name());
  for (const auto& warning : stack.warnings) report.warning(warning);
  BASE_CO_TRY(auto observed, co_await observe(engine, stack));
  BASE_CO_TRY(auto plan, co_await check_and_plan(engine, stack, observed, options));
  for (const auto& line : describe(plan)) report.notice("plan: " + line);
  if (!plan.changes_anything() && plan.adopted.empty()) report.notice("plan: nothing has to be changed");
  if (options.plan_only) co_return DeployResult{plan.changes_anything(), !plan.adopted.empty()};

  if (options.create_external_networks)
    BASE_CO_CHECK(co_await create_external_networks(engine, stack, observed, report));
  const ApplyOptions apply_options{options.version, options.wait_max, options.settle_time};
  Apply apply(engine, stack, observed, plan, apply_options, report);
  BASE_CO_CHECK(co_await apply.create_networks());
  BASE_CO_CHECK(co_await apply.create_volumes());
  BASE_CO_CHECK(co_await get_images(engine, stack, plan, report));
  const bool new_images =
      std::ranges::any_of(plan.images, [](const ImagePlan& image) { return image.source != ImageSource::kPresent; });
  if (new_images) {
    BASE_CO_TRY(observed, co_await observe(engine, stack));
    BASE_CO_CHECK(plan_containers(stack, observed, plan));
  }
  BASE_CO_TRY(const bool adopted, co_await take_over(engine, stack, plan, options, report));
  const bool changed = plan.changes_anything() || adopted;
  tell_unchanged(plan, report);
  BASE_CO_CHECK(co_await apply.run_containers());
  BASE_CO_CHECK(co_await remove_orphans(engine, plan, options, report));
  BASE_CO_CHECK(co_await verify_through_edge(engine.loop(), stack, options, report));
  co_return DeployResult{changed, !plan.adopted.empty()};
}

}  // namespace gatehouse::deploy
