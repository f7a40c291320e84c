#include "discovery/stack_borders.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "discovery/container_names.h"

namespace gatehouse::discovery {

namespace {

constexpr std::string_view kDocker = "@docker";
constexpr std::string_view kInternal = "@internal";
constexpr int kOtherNamesTried = 4;
constexpr std::string_view kNoop = "noop@internal";  // for routers whose middlewares answer

std::string own_name(std::string_view reference) {
  if (reference.ends_with(kDocker)) reference.remove_suffix(kDocker.size());
  return std::string(reference);
}

// The object is of this provider, and so of a container.
bool is_of_containers(std::string_view reference) {
  return reference.find('@') == std::string_view::npos || reference.ends_with(kDocker);
}

using Visit = std::function<void(std::string&)>;

void visit_services(model::HttpService& service, const Visit& visit) {
  if (service.weighted) {
    for (auto& child : service.weighted->services) visit(child.name);
  }
  if (service.mirroring) {
    visit(service.mirroring->service);
    for (auto& mirror : service.mirroring->mirrors) visit(mirror.name);
  }
  if (service.failover) {
    visit(service.failover->service);
    visit(service.failover->fallback);
  }
  if (service.highest_random_weight) {
    for (auto& child : service.highest_random_weight->services) visit(child.name);
  }
}

// Every reference to a service that is not a router's.
void visit_services(model::HttpConfig& http, const Visit& visit) {
  for (auto& [name, service] : http.services) visit_services(service, visit);
  for (auto& [name, middleware] : http.middlewares) {
    if (middleware.errors) visit(middleware.errors->service);
  }
}

void visit_middlewares(model::HttpConfig& http, const Visit& visit) {
  for (auto& [name, router] : http.routers) std::ranges::for_each(router.middlewares, visit);
  for (auto& [name, service] : http.services) std::ranges::for_each(service.middlewares, visit);
  for (auto& [name, middleware] : http.middlewares) {
    if (middleware.chain) std::ranges::for_each(middleware.chain->middlewares, visit);
  }
}

template <class T>
void rename(std::map<std::string, T>& objects, const std::string& kind,
            const std::map<std::string, std::string>& renamed) {
  std::map<std::string, T> result;
  for (auto& [name, object] : objects) {
    const auto other = renamed.find(kind + name);
    if (other == renamed.end()) {
      result.emplace(name, std::move(object));
    } else if (!other->second.empty()) {
      result.emplace(other->second, std::move(object));
    }
  }
  objects = std::move(result);
}

std::string host_of(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const auto user = url.rfind('@'); user != std::string_view::npos) url.remove_prefix(user + 1);
  if (url.starts_with('[')) return std::string(url.substr(1, url.find(']') - 1));
  return base::to_lower(url.substr(0, url.find(':')));
}

}  // namespace

std::string stack_of(const docker::Container& container) {
  const auto label = std::ranges::find(container.labels, kStackLabel, [](const auto& entry) { return entry.first; });
  return label == container.labels.end() ? std::string() : label->second;
}

bool is_address_of(const std::vector<docker::Container>& all, const std::string& stack, const std::string& url) {
  const auto host = host_of(url);
  if (host.empty()) return false;
  return std::ranges::any_of(all, [&](const docker::Container& container) {
    return stack_of(container) == stack && std::ranges::any_of(container.networks, [&](const auto& network) {
             return network.ip == host || network.ipv6 == host;
           });
  });
}

void StackBorders::enforce(std::vector<ContainerConfig>& configs) {
  std::vector<ContainerConfig*> by_age;
  for (auto& config : configs) by_age.push_back(&config);
  std::ranges::sort(
      by_age, {}, [](const auto* config) { return std::pair(config->container->started_at, config->container->name); });
  for (const auto* config : by_age) claim_names(*config);
  find_other_names();
  for (auto& config : configs) tell_apart(config);
  for (const auto& config : configs) {
    for (const auto& [name, service] : config.config.http.services) services_[config.stack].insert(name);
  }
  for (auto& config : configs) {
    for (auto& [name, router] : config.config.http.routers) router.stack = config.stack;
    if (config.stack.empty()) continue;
    check_services(config);
    check_routers(config);
    check_streams(config);
    if (!config.config.tls.stores.empty()) {
      report("container " + config.container->name,
             "the labels of a stack cannot set the certificate of all others (tls.stores): it belongs into the "
             "operator's configuration");
      config.config.tls.stores.clear();
    }
  }
}

void StackBorders::claim_names(const ContainerConfig& config) {
  const auto& http = config.config.http;
  const auto claim = [&](const std::string& thing) {
    if (!claims_.claim(thing, config.stack)) renamed_[config.stack].emplace(thing, std::string());
  };
  for (const auto& [name, router] : http.routers) claim("router " + name);
  for (const auto& [name, service] : http.services) claim("service " + name);
  for (const auto& [name, middleware] : http.middlewares) {
    const auto thing = "middleware " + name;
    if (claims_.claim(thing, config.stack)) {
      middlewares_.emplace(name, &middleware);
      continue;
    }
    // The same thing copied from stack to stack is one thing.
    const auto known = middlewares_.find(name);
    if (known == middlewares_.end() || !(*known->second == middleware)) {
      renamed_[config.stack].emplace(thing, std::string());
    }
  }
}

// A name that is nobody else's, and stays so. Without one the object is left out.
void StackBorders::find_other_names() {
  for (auto& [stack, names] : renamed_) {
    const auto suffix = "~" + (stack.empty() ? std::string("operator") : normalize(stack));
    for (auto& [thing, other] : names) {
      auto wanted = thing + suffix;
      for (int i = 0; i < kOtherNamesTried && !claims_.claim(wanted, stack); ++i) wanted += suffix;
      if (claims_.claim(wanted, stack)) other = wanted.substr(thing.find(' ') + 1);
    }
  }
}

void StackBorders::tell_apart(ContainerConfig& config) {
  const auto found = renamed_.find(config.stack);
  if (found == renamed_.end()) return;
  const auto& renamed = found->second;
  auto& http = config.config.http;
  const auto follow = [&](const std::string& kind) {
    return [&, kind](std::string& reference) {
      if (!is_of_containers(reference)) return;
      if (const auto other = renamed.find(kind + own_name(reference)); other != renamed.end())
        reference = other->second;
    };
  };
  const auto tell = [&](const std::string& kind, const std::string& name) {
    const auto other = renamed.find(kind + name);
    if (other == renamed.end()) return;
    const auto* owner = claims_.owner(other->first);
    report(
        fmt::format("{}{}@docker", kind, name),
        owner == nullptr || other->second.empty()
            ? fmt::format("the stack \"{}\" claims too many names: what container {} calls so is left out",
                          config.stack, config.container->name)
            : fmt::format("the name belongs to the stack \"{}\": what container {} of the stack \"{}\" calls so is {}",
                          *owner, config.container->name, config.stack, other->second));
  };
  for (const auto& [name, object] : http.routers) tell("router ", name);
  for (const auto& [name, object] : http.services) tell("service ", name);
  for (const auto& [name, object] : http.middlewares) tell("middleware ", name);
  for (auto& [name, router] : http.routers) follow("service ")(router.service);
  visit_services(http, follow("service "));
  visit_middlewares(http, follow("middleware "));
  rename(http.routers, "router ", renamed);
  rename(http.services, "service ", renamed);
  rename(http.middlewares, "middleware ", renamed);
}

// Why the stack may not refer to it; empty when it may.
std::string StackBorders::foreign_service(const ContainerConfig& config, const std::string& reference) const {
  if (reference == kNoop) return {};
  if (reference.ends_with(kInternal)) {
    return fmt::format(
        "\"{}\" is not for the labels of a stack: a router to it belongs into the operator's "
        "configuration",
        reference);
  }
  const auto name = own_name(reference);
  if (!is_of_containers(reference)) {
    return fmt::format("the service \"{}\" is the operator's: a router to it belongs into the operator's configuration",
                       reference);
  }
  const auto own = services_.find(config.stack);
  if (own != services_.end() && own->second.contains(name)) return {};
  const auto* owner = claims_.owner("service " + name);
  if (owner == nullptr || *owner == config.stack) return {};
  return fmt::format("the service \"{}\" belongs to the stack \"{}\"", name, *owner);
}

void StackBorders::check_services(ContainerConfig& config) {
  auto& services = config.config.http.services;
  for (auto entry = services.begin(); entry != services.end();) {
    std::string reason;
    visit_services(entry->second, [&](std::string& reference) {
      if (reason.empty() && !reference.empty()) reason = foreign_service(config, reference);
    });
    if (reason.empty()) {
      ++entry;
      continue;
    }
    report(fmt::format("service {}@docker", entry->first), reason + ": it is not served");
    entry = services.erase(entry);
  }
  auto& middlewares = config.config.http.middlewares;
  for (auto entry = middlewares.begin(); entry != middlewares.end();) {
    const auto reason = entry->second.errors ? foreign_service(config, entry->second.errors->service) : std::string();
    if (!reason.empty()) report(fmt::format("middleware {}@docker", entry->first), reason);
    entry = reason.empty() ? std::next(entry) : middlewares.erase(entry);
  }
}

void StackBorders::check_routers(ContainerConfig& config) {
  auto& routers = config.config.http.routers;
  for (auto entry = routers.begin(); entry != routers.end();) {
    const auto reason = foreign_service(config, entry->second.service);
    if (!reason.empty()) report(fmt::format("router {}@docker", entry->first), reason);
    entry = reason.empty() ? std::next(entry) : routers.erase(entry);
  }
}

// What a router of TCP or UDP takes is no host that could be claimed, but every connection of an entry point.
void StackBorders::check_streams(ContainerConfig& config) {
  constexpr const char* kReason =
      "the labels of a stack cannot take connections of an entry point that others share: write the router and its "
      "service into a file of the file provider";
  for (const auto& [name, router] : config.config.tcp.routers)
    report(fmt::format("tcp router {}@docker", name), kReason);
  for (const auto& [name, router] : config.config.udp.routers)
    report(fmt::format("udp router {}@docker", name), kReason);
  config.config.tcp = {};
  config.config.udp = {};
}

}  // namespace gatehouse::discovery
