// Observed: what the engine has, as far as a stack is concerned, at one moment. Taken before a plan is made.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "async/task.h"
#include "deploy/stack.h"
#include "docker/engine.h"

namespace gatehouse::deploy {

struct Observed {
  std::vector<docker::ContainerSummary> containers;  // all of the engine, also of other stacks
  std::vector<docker::Network> networks;
  std::vector<docker::Volume> volumes;
  std::map<std::string, docker::Image> images;  // by the reference that a service uses; local ones only

  [[nodiscard]] const docker::Network* network(std::string_view name) const;
  [[nodiscard]] const docker::Volume* volume(std::string_view name) const;
  [[nodiscard]] const docker::Image* image(const std::string& reference) const;
};

async::Task<base::Result<Observed>> observe(docker::Engine& engine, const Stack& stack);

// The value of a label, or empty.
std::string_view label_of(const docker::ContainerSummary& container, std::string_view name);
// The number among the replicas of its service; 0 where it has none.
std::int64_t number_of(const docker::ContainerSummary& container);
// One that `docker compose run` made is none of the service's.
bool belongs_to(const docker::ContainerSummary& container, std::string_view project);

}  // namespace gatehouse::deploy
