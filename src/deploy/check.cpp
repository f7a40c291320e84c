#include "deploy/check.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/parse_int.h"
#include "base/text.h"
#include "deploy/container_spec.h"
#include "deploy/names.h"
#include "deploy/registry_auth.h"
#include "net/listener.h"

namespace gatehouse::deploy {

using compose::Service;
using docker::ContainerSummary;

namespace {

// Who holds it, for people: "container web-1 of stack web".
std::string holder(const ContainerSummary& container) {
  const auto project = label_of(container, label::kProject);
  if (project.empty()) return "container " + container.name;
  return fmt::format("container {} of stack {}", container.name, project);
}

void compare_routes(const Stack& stack, const ContainerSummary& other, const Route& theirs,
                    std::vector<std::string>& errors) {
  for (const auto& ours : stack.routes) {
    const auto host = contested_host(ours, theirs);
    if (!host) continue;
    errors.push_back(fmt::format(
        "{}: the host {} of router {} is taken: router {} of {} answers to it; give one of them another host, or take "
        "the other stack down",
        stack.project.locate(ours.at), *host, ours.router, theirs.router, holder(other)));
  }
}

// A range of one port only: of several the engine takes one that is free.
std::optional<std::uint16_t> fixed_port(const compose::Port& port) {
  return base::parse_int<std::uint16_t>(port.published);
}

bool overlap(std::string_view a, std::string_view b) {
  const auto is_any = [](std::string_view ip) { return ip.empty() || ip == "0.0.0.0" || ip == "::"; };
  return is_any(a) || is_any(b) || a == b;
}

const ContainerSummary* publisher_of(const Observed& observed, const compose::Port& port, std::uint16_t number) {
  for (const auto& container : observed.containers) {
    for (const auto& binding : container.ports) {
      const bool is_it = binding.host_port == number && binding.protocol == port.protocol;
      if (is_it && overlap(binding.host_ip, port.host_ip)) return &container;
    }
  }
  return nullptr;
}

std::optional<std::string> check_port(const Stack& stack, const Observed& observed, const Service& service,
                                      const compose::Port& port) {
  const auto number = fixed_port(port);
  if (!number || *number == 0) return std::nullopt;
  const auto what =
      fmt::format("{}: port {} of service {} is taken", stack.project.locate(port.at), *number, service.name);
  if (const auto* container = publisher_of(observed, port, *number)) {
    if (belongs_to(*container, stack.name())) return std::nullopt;
    return fmt::format("{}: {} publishes it; stop that, or publish another", what, holder(*container));
  }
  if (port.protocol != "tcp") return std::nullopt;
  const auto address = net::SocketAddress::from_ip(port.host_ip.empty() ? "0.0.0.0" : port.host_ip, *number);
  if (!address) return std::nullopt;
  const auto free = net::check_free(*address);
  if (free || free.error().code != base::ErrorCode::kConflict) return std::nullopt;
  return fmt::format(
      "{}: another process of this machine listens on it (see \"ss -ltnp\"); stop that, or publish "
      "another",
      what);
}

}  // namespace

std::optional<std::string> contested_host(const Route& a, const Route& b) {
  const bool may_coexist = a.rule != b.rule && (a.has_path || b.has_path);
  if (may_coexist) return std::nullopt;
  const auto holds = [](const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
  };
  if (!a.entry_points.empty() && !b.entry_points.empty()) {
    const bool meets =
        std::ranges::any_of(a.entry_points, [&](const std::string& name) { return holds(b.entry_points, name); });
    if (!meets) return std::nullopt;
  }
  for (const auto& name : a.hosts) {
    if (holds(b.hosts, name)) return name;
  }
  return std::nullopt;
}

std::vector<std::string> check_networks(const Stack& stack, const Observed& observed) {
  std::vector<std::string> errors;
  for (const auto& [key, network] : stack.project.networks) {
    if (!network.used) continue;
    const auto* existing = observed.network(network.name);
    const auto where = stack.project.locate(network.at);
    if (existing == nullptr && network.external) {
      errors.push_back(
          fmt::format("{}: the external network {} does not exist: make it with \"docker network create "
                      "{}\", or let \"gatehouse up\" do it",
                      where, network.name, network.name));
    }
    if (existing == nullptr || network.external) continue;
    const auto owner = existing->labels.find(label::kProject);
    if (owner != existing->labels.end() && owner->second != stack.name()) {
      errors.push_back(fmt::format("{}: the network {} belongs to stack {}: declare it as external, or name another",
                                   where, network.name, owner->second));
    } else if (existing->internal != network.internal) {
      errors.push_back(fmt::format(
          "{}: the network {} exists, and is {}internal, other than the file says: take the stack down, remove it with "
          "\"docker network rm {}\", and deploy again",
          where, network.name, existing->internal ? "" : "not ", network.name));
    }
  }
  return errors;
}

std::vector<std::string> check_volumes(const Stack& stack, const Observed& observed) {
  std::vector<std::string> errors;
  for (const auto& [key, volume] : stack.project.volumes) {
    if (!volume.used || !volume.external || observed.volume(volume.name) != nullptr) continue;
    errors.push_back(fmt::format("{}: the external volume {} does not exist: make it with \"docker volume create {}\"",
                                 stack.project.locate(volume.at), volume.name, volume.name));
  }
  return errors;
}

std::vector<std::string> check_names(const Stack& stack, const Observed& observed) {
  std::vector<std::string> errors;
  for (const auto& [name, service] : stack.project.services) {
    if (is_traefik_image(service.image)) continue;
    for (std::int64_t number = 1; number <= service.replicas(); ++number) {
      const auto wanted = name_of(stack.project, service, number);
      const auto found = std::ranges::find(observed.containers, wanted, &ContainerSummary::name);
      if (found == observed.containers.end()) continue;
      if (belongs_to(*found, stack.name()) && label_of(*found, label::kService) == name) continue;
      errors.push_back(
          fmt::format("{}: the name {} for a container of service {} is taken by {}: remove or rename that",
                      stack.project.locate(service.position_of("container_name")), wanted, name, holder(*found)));
    }
  }
  return errors;
}

std::vector<std::string> check_hosts(const Stack& stack, const Observed& observed) {
  std::vector<std::string> errors;
  for (const auto& container : observed.containers) {
    const bool counts = container.state == docker::ContainerState::kRunning && !belongs_to(container, stack.name());
    if (!counts) continue;
    const auto theirs = routes_of_labels({container.labels.begin(), container.labels.end()});
    if (!theirs) continue;  // the edge does not route it either
    for (const auto& route : *theirs) compare_routes(stack, container, route, errors);
  }
  return errors;
}

std::vector<std::string> check_ports(const Stack& stack, const Observed& observed) {
  std::vector<std::string> errors;
  for (const auto& [name, service] : stack.project.services) {
    if (is_traefik_image(service.image)) continue;  // the edge itself has its ports
    for (const auto& port : service.ports) {
      if (auto error = check_port(stack, observed, service, port)) errors.push_back(*std::move(error));
    }
  }
  return errors;
}

async::Task<std::vector<std::string>> check_images(docker::Engine& engine, const Stack& stack, const Plan& plan) {
  std::vector<std::string> errors;
  for (const auto& image : plan.images) {
    if (image.source != ImageSource::kPull) continue;
    const bool is_here = image.reason != "not on this machine";
    if (is_here) continue;
    const auto where = stack.project.locate(image.service->position_of("image"));
    if (image.service->pull_policy == "never") {
      errors.push_back(
          fmt::format("{}: the image {} of service {} is not on this machine, and pull_policy is never: "
                      "build or load it, or let it be pulled",
                      where, image.reference, image.service->name));
      continue;
    }
    const auto found = co_await engine.find_in_registry(image.reference, registry_auth(image.reference));
    if (found) continue;
    errors.push_back(
        fmt::format("{}: the image {} of service {} is not on this machine, and cannot be had from its "
                    "registry: {}; check its name, the network and \"docker login\", or load it with "
                    "\"docker load\"",
                    where, image.reference, image.service->name, found.error().message));
  }
  co_return errors;
}

}  // namespace gatehouse::deploy
