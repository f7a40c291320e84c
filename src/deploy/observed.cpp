#include "deploy/observed.h"

#include <algorithm>

#include "base/parse_int.h"
#include "base/text.h"
#include "deploy/container_spec.h"
#include "deploy/names.h"

namespace gatehouse::deploy {

using base::Result;

const docker::Network* Observed::network(std::string_view name) const {
  const auto found = std::ranges::find(networks, name, &docker::Network::name);
  return found == networks.end() ? nullptr : &*found;
}

const docker::Volume* Observed::volume(std::string_view name) const {
  const auto found = std::ranges::find(volumes, name, &docker::Volume::name);
  return found == volumes.end() ? nullptr : &*found;
}

const docker::Image* Observed::image(const std::string& reference) const {
  const auto found = images.find(reference);
  return found == images.end() ? nullptr : &found->second;
}

async::Task<Result<Observed>> observe(docker::Engine& engine, const Stack& stack) {
  Observed observed;
  BASE_CO_TRY(observed.containers, co_await engine.list_containers({}));
  BASE_CO_TRY(observed.networks, co_await engine.list_networks({}));
  BASE_CO_TRY(observed.volumes, co_await engine.list_volumes({}));
  for (const auto& [name, service] : stack.project.services) {
    const auto reference = image_of(stack.project, service);
    if (observed.images.contains(reference) || is_traefik_image(reference)) continue;
    auto image = co_await engine.inspect_image(reference);
    if (image) observed.images.emplace(reference, *std::move(image));
    if (!image && image.error().code != base::ErrorCode::kNotFound) co_return base::fail(image.error());
  }
  co_return observed;
}

std::string_view label_of(const docker::ContainerSummary& container, std::string_view name) {
  const auto found = container.labels.find(name);
  return found == container.labels.end() ? std::string_view{} : found->second;
}

std::int64_t number_of(const docker::ContainerSummary& container) {
  return base::parse_int<std::int64_t>(label_of(container, label::kNumber)).value_or(0);
}

bool belongs_to(const docker::ContainerSummary& container, std::string_view project) {
  return label_of(container, label::kProject) == project && !base::iequals(label_of(container, label::kOneOff), "true");
}

}  // namespace gatehouse::deploy
