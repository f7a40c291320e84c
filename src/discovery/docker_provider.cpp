#include "discovery/docker_provider.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "async/offload.h"
#include "async/sleep.h"
#include "discovery/constraints.h"
#include "discovery/container_config.h"
#include "docker/engine.h"
#include "net/resolver.h"

namespace gatehouse::discovery {

using async::Task;
using base::Result;

namespace {

constexpr std::chrono::milliseconds kRetryFirst{100};
constexpr std::chrono::seconds kRetryMax{5};
// A container that was told to end gets no new request, long before it has ended.
constexpr std::array<std::string_view, 4> kEndingSignals{"2", "3", "9", "15"};

class ContainerSet {
 public:
  ContainerSet(const model::DockerProvider& provider, const Constraints& constraints, StackClaims& claims,
               Updates& updates)
      : provider_(provider), constraints_(constraints), claims_(claims), updates_(updates) {}

  void replace_all(std::vector<docker::Container> containers) {
    containers_.clear();
    leaving_.clear();
    for (auto& container : containers) containers_[container.id] = std::move(container);
  }
  void put(docker::Container container) { containers_[container.id] = std::move(container); }
  void erase(const std::string& id) {
    containers_.erase(id);
    leaving_.erase(id);
  }
  void leave(const std::string& id) { leaving_.insert(id); }
  void stay(const std::string& id) { leaving_.erase(id); }

  void reached(bool is_reached) { updates_.reached("docker", is_reached); }
  void provide() {
    std::vector<docker::Container> present;
    for (const auto& [id, container] : containers_) {
      if (!leaving_.contains(id)) present.push_back(container);
    }
    std::ranges::sort(present, {}, &docker::Container::name);
    std::vector<Problem> problems;
    auto config = configure(present, provider_, constraints_, claims_, problems);
    std::vector<std::string> texts;
    for (const auto& problem : problems) texts.push_back(problem.object + problem.message);
    if (last_ == config && last_problems_ == texts) return;
    last_ = config;
    last_problems_ = std::move(texts);
    updates_.provide("docker", std::move(config), std::move(problems));
  }

 private:
  const model::DockerProvider& provider_;
  const Constraints& constraints_;
  StackClaims& claims_;
  Updates& updates_;
  std::map<std::string, docker::Container> containers_;  // by id
  std::set<std::string> leaving_;
  std::optional<model::DynamicConfig> last_;
  std::vector<std::string> last_problems_;
};

Task<Result<std::vector<docker::Container>>> list_all(docker::Engine& engine) {
  BASE_CO_TRY(const auto summaries, co_await engine.list_containers({}));
  std::vector<docker::Container> containers;
  for (const auto& summary : summaries) {
    auto container = co_await engine.inspect_container(summary.id);
    if (container) {
      containers.push_back(*std::move(container));
    } else if (container.error().code != base::ErrorCode::kNotFound) {  // it may have gone meanwhile
      co_return base::fail(container.error());
    }
  }
  co_return containers;
}

// Which container an event is about, if it can change what is routed.
std::optional<std::string> concerned(const docker::Event& event) {
  if (event.type == "network" && (event.action == "connect" || event.action == "disconnect")) {
    const auto container = event.attributes.find("container");
    return container == event.attributes.end() ? std::nullopt : std::optional(container->second);
  }
  if (event.type != "container") return std::nullopt;
  static constexpr std::array<std::string_view, 9> kActions{"start",  "die",     "kill",    "pause", "unpause",
                                                            "rename", "destroy", "restart", "update"};
  const bool relevant =
      std::ranges::find(kActions, event.action) != kActions.end() || event.action.starts_with("health_status");
  return relevant ? std::optional(event.actor) : std::nullopt;
}

Task<Result<void>> obey(docker::Engine& engine, ContainerSet& containers, const docker::Event& event) {
  const auto id = concerned(event);
  if (!id) co_return Result<void>();
  if (event.action == "kill") {
    const auto signal = event.attributes.find("signal");
    const bool ends =
        signal != event.attributes.end() && std::ranges::find(kEndingSignals, signal->second) != kEndingSignals.end();
    if (ends) containers.leave(*id);
  } else {
    if (event.action == "start" || event.action == "die") containers.stay(*id);
    auto container = co_await engine.inspect_container(*id);
    if (container) {
      containers.put(*std::move(container));
    } else if (container.error().code == base::ErrorCode::kNotFound) {
      containers.erase(*id);
    } else {
      co_return base::fail(std::move(container).error());
    }
  }
  containers.provide();
  co_return Result<void>();
}

// Lists, then follows the events; ends with the error that cut it off.
Task<Result<void>> follow(docker::Engine& engine, ContainerSet& containers, bool watch, bool& connected,
                          base::Log& log) {
  // The stream first: what happens while we list is not missed, only looked at twice.
  BASE_CO_TRY(auto events, co_await engine.events({.types = {"container", "network"}, .since_ns = 0}));
  BASE_CO_TRY(auto all, co_await list_all(engine));
  if (!std::exchange(connected, true)) log.info("following {} containers of the Docker engine", all.size());
  containers.reached(true);
  containers.replace_all(std::move(all));
  containers.provide();
  if (!watch) co_return Result<void>();
  for (;;) {
    BASE_CO_TRY(const auto event, co_await events.next());
    BASE_CO_CHECK(co_await obey(engine, containers, event));
  }
}

}  // namespace

Task<void> watch_docker(async::Loop& loop, model::DockerProvider config, StackClaims& claims, Updates& updates,
                        base::Log& log) {
  const auto endpoint = docker::Endpoint::parse(config.endpoint);
  const auto constraints = Constraints::parse(config.constraints);
  if (!endpoint || !constraints) {
    const auto& error = endpoint ? constraints.error() : endpoint.error();
    updates.provide("docker", {}, {{"providers.docker", error.message}});
    co_return;
  }
  async::Offload offload(1);
  net::Resolver resolver(offload);
  docker::Engine engine(loop, *endpoint, &resolver);
  ContainerSet containers(config, *constraints, claims, updates);
  async::Duration pause = kRetryFirst;
  std::string told;
  for (;;) {
    bool connected = false;
    const auto followed = co_await follow(engine, containers, config.watch, connected, log);
    if (followed) co_return;
    containers.reached(false);
    if (connected) pause = kRetryFirst;
    if (connected || told != followed.error().message) {
      told = followed.error().message;
      log.warn("{}; the routes stay as they are, asking again until the engine is back", told);
    }
    co_await async::sleep(loop, pause);
    pause = std::min<async::Duration>(pause * 2, kRetryMax);
  }
}

}  // namespace gatehouse::discovery
