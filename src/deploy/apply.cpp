#include "deploy/apply.h"

#include <algorithm>

#include <fmt/format.h>

#include "deploy/container_spec.h"
#include "deploy/names.h"
#include "deploy/readiness.h"
#include "docker/tar_header.h"

namespace gatehouse::deploy {

using base::ErrorCode;
using base::fail;
using base::Result;
using compose::Condition;
using compose::Service;

namespace {

constexpr std::size_t kShortIdBytes = 12;

// What a container is called while its successor has its name; docker compose does the same.
std::string retired_name(const ContainerPlan& plan) {
  return plan.existing->id.substr(0, kShortIdBytes) + "_" + plan.name;
}

// Data that the old container keeps in volumes without a name goes on in the new one.
void inherit_volumes(const docker::Container& old, const docker::Image* image, docker::ContainerSpec& spec) {
  for (const auto& mount : old.mounts) {
    if (mount.type != "volume") continue;
    const auto same = std::ranges::find(spec.host.mounts, mount.target, &docker::MountSpec::target);
    if (same != spec.host.mounts.end()) {
      if (same->type == "volume" && same->source.empty()) same->source = mount.name;
      continue;
    }
    const bool of_image = image != nullptr && std::ranges::find(image->volumes, mount.target) != image->volumes.end();
    const bool is_bound = std::ranges::any_of(spec.host.binds, [&](const std::string& bind) {
      return bind.find(":" + mount.target + ":") != std::string::npos;
    });
    if (of_image && !is_bound) {
      spec.host.mounts.push_back({.type = "volume", .source = mount.name, .target = mount.target});
    }
  }
}

// As it was found: nothing has to be waited for.
bool is_well(const docker::ContainerSummary& container) {
  if (container.state == docker::ContainerState::kExited) return true;  // a job, or it would not be left alone
  return container.state == docker::ContainerState::kRunning &&
         (container.health == docker::Health::kHealthy || container.health == docker::Health::kNone);
}

std::string archive_of(const std::vector<InjectedFile>& files) {
  std::string tar;
  for (const auto& file : files) {
    tar += docker::tar_header({.name = file.path.substr(file.path.find_first_not_of('/')),
                               .mode = static_cast<std::uint32_t>(file.mode),
                               .size = file.content.size(),
                               .uid = file.uid,
                               .gid = file.gid});
    tar += file.content + std::string(docker::tar_padding(file.content.size()), '\0');
  }
  return tar + docker::tar_end();
}

}  // namespace

Apply::Apply(docker::Engine& engine, const Stack& stack, const Observed& observed, const Plan& plan,
             const ApplyOptions& options, Report& report)
    : engine_(engine), stack_(stack), observed_(observed), plan_(plan), options_(options), report_(report) {}

async::Task<Result<void>> Apply::create_networks() {
  for (const auto* network : plan_.networks) {
    const auto created = co_await engine_.create_network(make_network(stack_.project, *network, options_.version));
    if (!created) co_return fail(created.error().within(stack_.project.locate(network->at)));
    report_.done("network " + network->name, network->internal ? "created, internal" : "created");
  }
  co_return Result<void>{};
}

async::Task<Result<void>> Apply::create_volumes() {
  for (const auto* volume : plan_.volumes) {
    const auto created = co_await engine_.create_volume(make_volume(stack_.project, *volume, options_.version));
    if (!created) co_return fail(created.error().within(stack_.project.locate(volume->at)));
    report_.done("volume " + volume->name, "created");
  }
  co_return Result<void>{};
}

async::Task<Result<void>> Apply::run_containers() {
  auto result = co_await run_all();
  if (!result) {
    co_await put_back();
    co_return result;
  }
  co_await remove_old();
  co_return result;
}

async::Task<Result<void>> Apply::run_all() {
  BASE_CO_CHECK(co_await remove_stale());
  for (const auto& plan : plan_.containers) BASE_CO_CHECK(co_await run(plan));
  BASE_CO_CHECK(co_await restart_dependents());
  co_return co_await wait_for_all();
}

async::Task<Result<void>> Apply::remove_stale() {
  for (const auto* container : plan_.stale) {
    BASE_CO_CHECK(co_await engine_.remove_container(container->id, {.force = true, .volumes = false}));
    report_.done("container " + container->name, "removed: an earlier deploy was cut short");
  }
  co_return Result<void>{};
}

// A deploy that was cut short has left it under the name that it was to be retired with.
async::Task<Result<void>> Apply::give_name_back(const ContainerPlan& plan) {
  const bool stays = plan.change == Change::kSame || plan.change == Change::kStart;
  if (!stays || plan.existing->name == plan.name) co_return Result<void>{};
  BASE_CO_CHECK(co_await engine_.rename_container(plan.existing->id, plan.name));
  report_.done("container " + plan.name, "has its name back: an earlier deploy was cut short");
  co_return Result<void>{};
}

async::Task<Result<void>> Apply::run(const ContainerPlan& plan) {
  BASE_CO_CHECK(co_await give_name_back(plan));
  if (plan.change == Change::kSame) {
    running_.push_back({&plan, plan.existing->id});
    co_return Result<void>{};
  }
  BASE_CO_CHECK(co_await wait_for_dependencies(*plan.service));
  if (plan.change == Change::kReplace) co_return co_await replace(plan);
  if (plan.change == Change::kStart) co_return co_await start(plan, plan.existing->id);
  report_.doing("container " + plan.name, "creating");
  BASE_CO_TRY(const auto id, co_await create(plan));
  co_return co_await start(plan, id);
}

async::Task<Result<void>> Apply::start(const ContainerPlan& plan, const std::string& id) {
  if (auto started = co_await engine_.start_container(id); !started) {
    auto error = std::move(started).error();
    // The engine speaks of an id; the operator knows a name.
    if (const auto at = error.message.find(id); at != std::string::npos)
      error.message.replace(at, id.size(), plan.name);
    co_return fail(std::move(error).within(stack_.project.locate(plan.service->at)));
  }
  running_.push_back({&plan, id});
  report_.done("container " + plan.name, plan.change == Change::kReplace ? "replaced" : "started");
  co_return Result<void>{};
}

async::Task<Result<std::string>> Apply::create(const ContainerPlan& plan) {
  const Service& service = *plan.service;
  const auto* image = observed_.image(image_of(stack_.project, service));
  const ContainerIdentity identity{plan.number, plan.name, image == nullptr ? std::string() : image->id, plan.hash,
                                   options_.version};
  auto parts = make_container(stack_.project, service, identity);
  if (plan.existing != nullptr) {
    BASE_CO_TRY(const auto old, co_await engine_.inspect_container(plan.existing->id));
    inherit_volumes(old, image, parts.spec);
  }
  auto id = co_await engine_.create_container(plan.name, std::move(parts.spec));
  if (!id) co_return fail(id.error().within(stack_.project.locate(service.at)));
  auto prepared = co_await prepare(plan, *id, parts.more_networks);
  if (!prepared) {
    (void)co_await engine_.remove_container(*id, {.force = true, .volumes = false});
    co_return fail(prepared.error().within(stack_.project.locate(service.at)));
  }
  co_return id;
}

async::Task<Result<void>> Apply::prepare(const ContainerPlan& plan, const std::string& id,
                                         const std::vector<docker::NetworkEndpointSpec>& networks) {
  for (const auto& network : networks) BASE_CO_CHECK(co_await engine_.connect_network(id, network));
  const auto files = injected_files(stack_.project, *plan.service);
  if (files.empty()) co_return Result<void>{};
  co_return co_await engine_.put_archive(id, "/", archive_of(files));
}

// The new one is made ready before the old one is stopped, so that a mistake in it costs nothing.
async::Task<Result<void>> Apply::replace(const ContainerPlan& plan) {
  const std::string object = "container " + plan.name;
  report_.doing(object, "replacing (" + plan.reason + ")");
  const bool has_name = plan.existing->name == plan.name;
  if (has_name) BASE_CO_CHECK(co_await engine_.rename_container(plan.existing->id, retired_name(plan)));
  auto id = co_await create(plan);
  if (!id) {
    if (has_name) (void)co_await engine_.rename_container(plan.existing->id, plan.name);
    co_return fail(id.error());
  }
  const bool was_running = plan.existing->state == docker::ContainerState::kRunning ||
                           plan.existing->state == docker::ContainerState::kRestarting;
  replaced_.push_back({&plan, *id, was_running});
  if (was_running) BASE_CO_CHECK(co_await engine_.stop_container(plan.existing->id, grace_of(*plan.service)));
  co_return co_await start(plan, *id);
}

async::Task<Result<void>> Apply::wait_for_dependencies(const Service& service) {
  for (const auto& [name, dependency] : service.depends_on) {
    for (const auto& other : running_) {
      if (other.plan->service->name != name) continue;
      if (dependency.condition != Condition::kStarted) {
        report_.doing("service " + service.name,
                      fmt::format("waiting for {} to be {}", name,
                                  dependency.condition == Condition::kHealthy ? "healthy" : "done"));
      }
      const auto ready = co_await wait_for(other, dependency.condition);
      if (ready) continue;
      if (dependency.required) co_return ready;
      report_.warning(ready.error().message);
    }
  }
  co_return Result<void>{};
}

async::Task<Result<void>> Apply::wait_for(const Running& running, Condition condition) {
  co_return co_await wait_until_ready(engine_, {running.id, running.plan->service->name, stack_.name(), condition,
                                                async::Deadline::after(options_.wait_max), options_.settle_time});
}

// Those that asked for it with `restart: true`, and were not replaced themselves.
async::Task<Result<void>> Apply::restart_dependents() {
  for (const auto& running : running_) {
    if (running.plan->change != Change::kSame) continue;
    const auto& dependencies = running.plan->service->depends_on;
    const bool wants = std::ranges::any_of(replaced_, [&](const Replaced& replaced) {
      const auto found = dependencies.find(replaced.plan->service->name);
      return found != dependencies.end() && found->second.restart;
    });
    if (!wants) continue;
    BASE_CO_CHECK(co_await engine_.stop_container(running.id, grace_of(*running.plan->service)));
    BASE_CO_CHECK(co_await engine_.start_container(running.id));
    report_.done("container " + running.plan->name, "restarted, because what it depends on was replaced");
  }
  co_return Result<void>{};
}

async::Task<Result<void>> Apply::wait_for_all() {
  for (const auto& running : running_) {
    const Service& service = *running.plan->service;
    if (running.plan->change == Change::kSame && is_well(*running.plan->existing)) continue;
    report_.doing("service " + service.name, "waiting for it to be ready");
    const auto ready = co_await wait_for(running, Condition::kHealthy);
    if (!ready) co_return ready;
    report_.done("service " + service.name, "ready");
  }
  co_return Result<void>{};
}

async::Task<void> Apply::put_back() {
  for (auto replaced = replaced_.rbegin(); replaced != replaced_.rend(); ++replaced) {
    const auto& plan = *replaced->plan;
    const std::string object = "container " + plan.name;
    report_.doing(object, "putting the old one back");
    auto result = co_await engine_.remove_container(replaced->new_id, {.force = true, .volumes = false});
    if (result || result.error().code == ErrorCode::kNotFound) {
      result = co_await engine_.rename_container(plan.existing->id, plan.name);
    }
    if (result && replaced->old_was_running) result = co_await engine_.start_container(plan.existing->id);
    if (result) {
      report_.done(object, "the old one is back");
    } else {
      report_.failed(object, "could not be put back: " + result.error().message);
    }
  }
}

async::Task<void> Apply::remove_old() {
  for (const auto& replaced : replaced_) {
    const auto removed =
        co_await engine_.remove_container(replaced.plan->existing->id, {.force = true, .volumes = false});
    if (!removed) report_.warning(removed.error().message);
  }
  for (const auto* list : {&plan_.leftover, &plan_.displaced}) {
    for (const auto* container : *list) {
      report_.doing("container " + container->name, "removing");
      (void)co_await engine_.stop_container(container->id, std::nullopt);
      const auto removed = co_await engine_.remove_container(container->id, {.force = true, .volumes = false});
      if (removed) {
        report_.done("container " + container->name, "removed");
      } else {
        report_.warning(removed.error().message);
      }
    }
  }
}

std::chrono::seconds Apply::grace_of(const Service& service) const {
  constexpr std::chrono::seconds kDefault{10};
  if (!service.stop_grace_period) return kDefault;
  return std::chrono::ceil<std::chrono::seconds>(*service.stop_grace_period);
}

}  // namespace gatehouse::deploy
