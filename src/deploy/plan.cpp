#include "deploy/plan.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "deploy/container_spec.h"
#include "deploy/names.h"

namespace gatehouse::deploy {

using base::Result;
using compose::Service;
using docker::ContainerState;
using docker::ContainerSummary;

namespace {

// "Exited (0) 3 minutes ago": a job that has ended well. One that is to be restarted always is no job.
bool is_done(const ContainerSummary& container, const Service& service) {
  const bool may_end = service.restart.empty() || service.restart == "no" || service.restart.starts_with("on-failure");
  return may_end && container.state == ContainerState::kExited && container.status.starts_with("Exited (0)");
}

bool runs(ContainerState state) {
  return state == ContainerState::kRunning || state == ContainerState::kRestarting || state == ContainerState::kPaused;
}

// Attached to all the networks that it should be on? Nothing is known of one that does not run under 20.10.
std::string missing_network(const Stack& stack, const Service& service, const ContainerSummary& container) {
  for (const auto& [key, attachment] : service.networks) {
    const auto network = stack.project.networks.find(key);
    if (network == stack.project.networks.end()) continue;
    const auto attached = std::ranges::find(container.networks, network->second.name, &docker::AttachedNetwork::name);
    if (attached == container.networks.end()) return network->second.name;
  }
  return {};
}

// Why the container cannot stay, or empty.
std::string reason_to_replace(const Stack& stack, const Observed& observed, const ContainerPlan& plan) {
  const auto& container = *plan.existing;
  const Service& service = *plan.service;
  if (label_of(container, label::kConfigHash) != plan.hash.whole) {
    const auto changed = plan.hash.changed_since(label_of(container, label::kKeyHashes));
    return changed.empty() ? "configuration changed" : changed + " changed";
  }
  const auto* image = observed.image(image_of(stack.project, service));
  if (image != nullptr && container.image_id != image->id) return "the image is another";
  if (const auto network = missing_network(stack, service, container); !network.empty()) {
    return "not on network " + network;
  }
  if (container.state == ContainerState::kDead || container.state == ContainerState::kRemoving) return "dead";
  return {};
}

// A namespace that it shares goes with the container that it shares it with.
bool shares_with_replaced(const Plan& plan, const Service& service) {
  constexpr std::string_view kPrefix = "service:";
  for (const auto* mode : {&service.network_mode, &service.ipc, &service.pid}) {
    if (!mode->starts_with(kPrefix)) continue;
    const auto provider = std::string_view(*mode).substr(kPrefix.size());
    for (const auto& other : plan.containers) {
      const bool goes = other.change == Change::kReplace || other.change == Change::kCreate;
      if (other.service->name == provider && goes) return true;
    }
  }
  return false;
}

void decide(const Stack& stack, const Observed& observed, const Plan& plan, ContainerPlan& container) {
  if (container.existing == nullptr) {
    container.change = Change::kCreate;
    return;
  }
  container.reason = reason_to_replace(stack, observed, container);
  if (container.reason.empty() && shares_with_replaced(plan, *container.service)) {
    container.reason = "shares a namespace with a container that is replaced";
  }
  if (!container.reason.empty()) {
    container.change = Change::kReplace;
  } else if (runs(container.existing->state) || is_done(*container.existing, *container.service)) {
    container.change = Change::kSame;
  } else {
    container.change = Change::kStart;
    container.reason = std::string(docker::to_string(container.existing->state));
  }
}

ImagePlan plan_image(const Stack& stack, const Observed& observed, const PlanOptions& options, const Service& service) {
  ImagePlan image{image_of(stack.project, service), &service, ImageSource::kPresent, {}};
  const bool is_here = observed.image(image.reference) != nullptr;
  if (service.build && (!is_here || options.build || service.pull_policy == "build")) {
    image.source = ImageSource::kBuild;
    image.reason = is_here ? "asked for" : "not on this machine";
  } else if (!service.build && (!is_here || service.pull_policy == "always" || options.pull)) {
    image.source = ImageSource::kPull;
    image.reason = is_here ? "asked for" : "not on this machine";
  }
  if (service.pull_policy == "never" && is_here) image.source = ImageSource::kPresent;
  return image;
}

void plan_images(const Stack& stack, const Observed& observed, const PlanOptions& options, Plan& plan) {
  for (const auto& [name, service] : stack.project.services) {
    if (is_traefik_image(service.image) || service.replicas() == 0) continue;
    auto image = plan_image(stack, observed, options, service);
    const auto known = std::ranges::find(plan.images, image.reference, &ImagePlan::reference);
    if (known == plan.images.end()) {
      plan.images.push_back(std::move(image));
    } else if (image.source == ImageSource::kBuild) {
      *known = std::move(image);
    }
  }
}

// Of several with one number the one that serves: a deploy that was cut short leaves the old one, with another name,
// beside a new one that may have been started or not.
const ContainerSummary* find_existing(const std::vector<const ContainerSummary*>& own, std::int64_t number,
                                      const std::string& name) {
  const auto rank = [&](const ContainerSummary& container) {
    return (runs(container.state) ? 2 : 0) + (container.name == name ? 1 : 0);
  };
  const ContainerSummary* found = nullptr;
  for (const auto* container : own) {
    if (number_of(*container) != number) continue;
    if (found == nullptr || rank(*container) > rank(*found)) found = container;
  }
  return found;
}

void plan_service(const Stack& stack, const Observed& observed, const Service& service, const ConfigHash& hash,
                  const std::vector<const ContainerSummary*>& own, Plan& plan) {
  std::set<const ContainerSummary*> used;
  for (std::int64_t number = 1; number <= service.replicas(); ++number) {
    ContainerPlan container;
    container.service = &service;
    container.number = number;
    container.name = name_of(stack.project, service, number);
    container.hash = hash;
    container.existing = find_existing(own, number, container.name);
    used.insert(container.existing);
    decide(stack, observed, plan, container);
    plan.containers.push_back(std::move(container));
  }
  for (const auto* container : own) {
    if (used.contains(container)) continue;
    const bool is_second = number_of(*container) >= 1 && number_of(*container) <= service.replicas();
    (is_second ? plan.stale : plan.leftover).push_back(container);
  }
}

// By a service that is started; an adopted one needs none.
bool is_attached(const Stack& stack, const std::string& network) {
  return std::ranges::any_of(stack.project.services, [&](const auto& item) {
    return !is_traefik_image(item.second.image) && item.second.networks.contains(network);
  });
}

}  // namespace

Result<void> plan_containers(const Stack& stack, const Observed& observed, Plan& plan) {
  plan.containers.clear();
  for (auto* list : {&plan.stale, &plan.leftover, &plan.displaced, &plan.orphans}) list->clear();
  std::map<std::string_view, std::vector<const ContainerSummary*>> existing;
  for (const auto& container : observed.containers) {
    if (belongs_to(container, stack.name())) existing[label_of(container, label::kService)].push_back(&container);
  }
  for (const auto* service : stack.project.start_order()) {
    const auto own = existing[service->name];
    existing.erase(service->name);
    if (is_traefik_image(service->image)) {
      plan.displaced.insert(plan.displaced.end(), own.begin(), own.end());
      continue;
    }
    BASE_TRY(const auto hash, hash_of(stack.project, *service));
    plan_service(stack, observed, *service, hash, own, plan);
  }
  for (const auto& [name, orphans] : existing) {
    if (stack.project.disabled_services.contains(name)) continue;  // it is there under another profile
    plan.orphans.insert(plan.orphans.end(), orphans.begin(), orphans.end());
  }
  return {};
}

Result<Plan> make_plan(const Stack& stack, const Observed& observed, const PlanOptions& options) {
  Plan plan;
  for (const auto& [key, network] : stack.project.networks) {
    const bool is_needed = !network.external && is_attached(stack, key);
    if (is_needed && observed.network(network.name) == nullptr) plan.networks.push_back(&network);
  }
  for (const auto& [key, volume] : stack.project.volumes) {
    if (volume.used && !volume.external && observed.volume(volume.name) == nullptr) plan.volumes.push_back(&volume);
  }
  for (const auto& [name, service] : stack.project.services) {
    if (is_traefik_image(service.image)) plan.adopted.push_back(&service);
  }
  plan_images(stack, observed, options, plan);
  BASE_CHECK(plan_containers(stack, observed, plan));
  return plan;
}

bool Plan::changes_anything() const {
  const bool changes_containers =
      std::ranges::any_of(containers, [](const ContainerPlan& container) { return container.change != Change::kSame; });
  const bool changes_images =
      std::ranges::any_of(images, [](const ImagePlan& image) { return image.source != ImageSource::kPresent; });
  const bool removes = !stale.empty() || !leftover.empty() || !displaced.empty();
  return !networks.empty() || !volumes.empty() || removes || changes_containers || changes_images;
}

std::string_view to_string(Change change) {
  constexpr std::array<std::string_view, 4> kNames = {"unchanged", "start", "create", "replace"};
  return kNames[static_cast<std::size_t>(change)];
}

std::vector<std::string> describe(const Plan& plan) {
  std::vector<std::string> lines;
  for (const auto* service : plan.adopted) {
    lines.push_back(fmt::format("adopt     service {} ({}): its options become the edge's; no container is started",
                                service->name, service->image));
  }
  for (const auto* network : plan.networks) lines.push_back("create    network " + network->name);
  for (const auto* volume : plan.volumes) lines.push_back("create    volume " + volume->name);
  for (const auto& image : plan.images) {
    if (image.source == ImageSource::kPresent) continue;
    const auto verb = image.source == ImageSource::kPull ? "pull" : "build";
    lines.push_back(fmt::format("{:<9} image {} ({})", verb, image.reference, image.reason));
  }
  for (const auto& container : plan.containers) {
    if (container.change == Change::kSame) continue;
    const auto reason = container.reason.empty() ? "" : " (" + container.reason + ")";
    lines.push_back(fmt::format("{:<9} container {}{}", to_string(container.change), container.name, reason));
  }
  for (const auto* list : {&plan.stale, &plan.leftover, &plan.displaced}) {
    for (const auto* container : *list) lines.push_back("remove    container " + container->name);
  }
  return lines;
}

}  // namespace gatehouse::deploy
