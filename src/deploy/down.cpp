#include "deploy/down.h"

#include <algorithm>

#include "async/group.h"
#include "deploy/adoption.h"
#include "deploy/names.h"
#include "deploy/observed.h"

namespace gatehouse::deploy {

using base::ErrorCode;
using base::Result;

namespace {

std::string filter(std::string_view name, std::string_view value) {
  return std::string(name) + "=" + std::string(value);
}

// Dependents before what they depend on, as far as the labels tell.
bool depends_on(const docker::ContainerSummary& container, const docker::ContainerSummary& other) {
  const auto dependencies = label_of(container, label::kDependsOn);
  const auto service = label_of(other, label::kService);
  return !service.empty() &&
         ("," + std::string(dependencies)).find("," + std::string(service) + ":") != std::string::npos;
}

std::vector<docker::ContainerSummary> in_stop_order(std::vector<docker::ContainerSummary> containers) {
  std::vector<docker::ContainerSummary> order;
  while (!containers.empty()) {
    auto next = std::ranges::find_if(containers, [&](const auto& candidate) {
      return std::ranges::none_of(containers, [&](const auto& other) { return depends_on(other, candidate); });
    });
    if (next == containers.end()) next = containers.begin();  // labels that go in a circle
    order.push_back(std::move(*next));
    containers.erase(next);
  }
  return order;
}

async::Task<Result<bool>> remove_containers(docker::Engine& engine, std::string project, bool volumes, Report& report) {
  BASE_CO_TRY(auto containers, co_await engine.list_containers({.labels = {filter(label::kProject, project)}}));
  const auto order = in_stop_order(std::move(containers));
  for (const auto& container : order) {
    const std::string object = "container " + container.name;
    report.doing(object, "stopping");
    BASE_CO_CHECK(co_await engine.stop_container(container.id, std::nullopt));
    auto removed = co_await engine.remove_container(container.id, {.force = true, .volumes = volumes});
    if (!removed && removed.error().code != ErrorCode::kNotFound) co_return base::fail(removed.error());
    report.done(object, "removed");
  }
  co_return !order.empty();
}

async::Task<Result<bool>> remove_networks(docker::Engine& engine, std::string project, Report& report) {
  BASE_CO_TRY(const auto networks, co_await engine.list_networks({filter(label::kProject, project)}));
  for (const auto& network : networks) {
    const auto removed = co_await engine.remove_network(network.id);
    if (removed || removed.error().code == ErrorCode::kNotFound) {
      report.done("network " + network.name, "removed");
    } else {
      report.warning(removed.error().message);
    }
  }
  co_return !networks.empty();
}

async::Task<Result<bool>> remove_volumes(docker::Engine& engine, std::string project, Report& report) {
  BASE_CO_TRY(const auto volumes, co_await engine.list_volumes({filter(label::kProject, project)}));
  for (const auto& volume : volumes) {
    BASE_CO_CHECK(co_await engine.remove_volume(volume.name));
    report.done("volume " + volume.name, "removed, with its data");
  }
  co_return !volumes.empty();
}

}  // namespace

async::Task<Result<void>> take_down(docker::Engine& engine, std::string project, const DownOptions& options,
                                    Report& report) {
  report.heading("stack " + project);
  BASE_CO_TRY(const bool had_containers, co_await remove_containers(engine, project, options.volumes, report));
  BASE_CO_TRY(const bool had_networks, co_await remove_networks(engine, project, report));
  bool had_volumes = false;
  if (options.volumes) {
    BASE_CO_TRY(had_volumes, co_await remove_volumes(engine, project, report));
  }
  BASE_CO_TRY(const bool was_adopted, remove_adoption(project, options.state_dir));
  if (was_adopted) report.done("stack " + project, "the edge no longer takes its options");
  if (!had_containers && !had_networks && !had_volumes && !was_adopted) {
    report.notice("there is nothing of stack " + project);
  }
  co_return Result<void>{};
}

}  // namespace gatehouse::deploy
