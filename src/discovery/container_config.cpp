#include "discovery/container_config.h"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/parse_int.h"
#include "base/text.h"
#include "discovery/container_address.h"
#include "discovery/container_merger.h"
#include "discovery/container_names.h"
#include "discovery/stack_borders.h"
#include "model/decode.h"

namespace gatehouse::discovery {

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

namespace {

// What the labels of one container come to. An error leaves the whole container out.
class ContainerReader {
 public:
  ContainerReader(const docker::Container& container, const std::vector<docker::Container>& all,
                  const model::DockerProvider& provider, const model::ContainerLabels& labels,
                  std::vector<Problem>& problems)
      : container_(container), all_(all), provider_(provider), labels_(labels), problems_(problems) {}

  Result<model::DynamicConfig> read() {
    BASE_TRY(auto config, model::decode_labels({container_.labels.begin(), container_.labels.end()}));
    const bool has_http =
        !config.http.routers.empty() || !config.http.services.empty() || !config.http.middlewares.empty();
    const bool has_other = !config.tcp.routers.empty() || !config.tcp.services.empty() || !config.udp.routers.empty() ||
                           !config.udp.services.empty();
    if (!config.tcp.routers.empty() || !config.tcp.services.empty()) {
      BASE_CHECK(add_stream_servers(config.tcp.services));
      add_tcp_routers(config.tcp);
    }
    if (!config.udp.routers.empty() || !config.udp.services.empty()) {
      BASE_CHECK(add_stream_servers(config.udp.services));
      std::erase_if(config.udp.routers, [&](const auto& entry) {
        auto& router = config.udp.routers.at(entry.first);
        return !complete_service("udp", entry.first, router.service, config.udp.services);
      });
    }
    if (has_other && !has_http) return config;
    BASE_CHECK(add_servers(config.http));
    add_routers(config.http);
    return config;
  }

 private:
  void report(std::string object, std::string message) { problems_.push_back({std::move(object), std::move(message)}); }
  void report(std::string message) { report("container " + container_.name, std::move(message)); }

  Result<void> add_servers(model::HttpConfig& http) {
    if (http.services.empty()) http.services[name_].load_balancer.emplace();
    for (auto& [name, service] : http.services) {
      if (!service.load_balancer) service.load_balancer.emplace();
      auto& servers = service.load_balancer->servers;
      if (servers.empty()) servers.emplace_back();
      auto completed = complete(servers.front());
      if (!completed) return fail(std::move(completed).error().within("service " + name));
      if (*completed) continue;
      servers.clear();  // it does not run, or is not healthy: 503 and not 404
    }
    return {};
  }

  // False when there is nothing to send requests to.
  Result<bool> complete(model::Server& server) {
    if (!server.url.empty()) {
      if (!server.port.empty() || !server.scheme.empty()) {
        return fail(ErrorCode::kInvalid, Fault::kOperator,
                    "server.url stands beside server.port or server.scheme: give one");
      }
      const auto stack = stack_of(container_);
      if (!stack.empty() && !is_address_of(all_, stack, server.url)) {
        return fail(ErrorCode::kPermission, Fault::kOperator,
                    fmt::format("server.url \"{}\" is the address of no container of the stack \"{}\": what leads "
                                "elsewhere belongs into the operator's configuration",
                                server.url, stack));
      }
      return true;
    }
    const std::string port = server.port.empty() ? lowest_port() : server.port;
    if (port.empty()) {
      return fail(ErrorCode::kInvalid, Fault::kOperator,
                  "port is missing: the image exposes none, so say it with loadbalancer.server.port");
    }
    if (!serves()) return false;
    auto address = find_address(port);
    if (address.empty()) {
      return fail(ErrorCode::kInvalid, Fault::kOperator, "the container has no address: attach it to a network");
    }
    server.url = (server.scheme.empty() ? "http" : server.scheme) + "://" + address;
    server.scheme.clear();
    server.port.clear();
    return true;
  }

  [[nodiscard]] bool serves() const {
    return container_.state == docker::ContainerState::kRunning && container_.health != docker::Health::kStarting &&
           container_.health != docker::Health::kUnhealthy;
  }

  // Of TCP and UDP: as for HTTP, but that a server is an address.
  template <class Service>
  Result<void> add_stream_servers(std::map<std::string, Service>& services) {
    if (services.empty()) services[name_];
    for (auto& [name, service] : services) {
      if (!service.load_balancer) service.load_balancer.emplace();
      auto& servers = service.load_balancer->servers;
      if (servers.empty()) servers.emplace_back();
      auto& server = servers.front();
      if (!server.address.empty()) continue;
      const std::string port = std::exchange(server.port, {});
      auto address = stream_address(port.empty() ? lowest_port() : port);
      if (!address) return fail(std::move(address).error().within("service " + name));
      server.address = *std::move(address);
      if (server.address.empty()) servers.clear();
    }
    return {};
  }

  // Empty: there is nothing to send anything to.
  Result<std::string> stream_address(const std::string& port) {
    if (port.empty()) {
      return fail(ErrorCode::kInvalid, Fault::kOperator,
                  "port is missing: the image exposes none, so say it with loadbalancer.server.port");
    }
    if (!serves()) return std::string();
    auto address = find_address(port);
    if (!address.empty()) return address;
    return fail(ErrorCode::kInvalid, Fault::kOperator, "the container has no address: attach it to a network");
  }

  void add_tcp_routers(model::TcpConfig& tcp) {
    for (auto entry = tcp.routers.begin(); entry != tcp.routers.end();) {
      auto& [name, router] = *entry;
      if (router.rule.empty()) {
        report("tcp router " + name + "@docker", "rule is missing: write HostSNI(`example.com`), or HostSNI(`*`)");
        entry = tcp.routers.erase(entry);
      } else {
        entry =
            complete_service("tcp", name, router.service, tcp.services) ? std::next(entry) : tcp.routers.erase(entry);
      }
    }
  }

  // The only one there is, where none is named. False when that leaves it open.
  template <class Services>
  bool complete_service(const std::string& protocol, const std::string& router, std::string& service,
                        const Services& services) {
    if (!service.empty()) return true;
    if (services.size() > 1) {
      report(protocol + " router " + router + "@docker",
             fmt::format("container {} has several services: say which one with routers.{}.service", container_.name,
                         router));
      return false;
    }
    service = services.begin()->first;
    return true;
  }

  std::string find_address(const std::string& port) {
    if (provider_.use_bind_port_ip) {
      if (const auto number = base::parse_int<std::uint16_t>(port)) {
        if (auto published = published_address(container_, *number); !published.empty()) return published;
      }
    }
    const bool has_own = labels_.docker && !labels_.docker->network.empty();
    const auto found = address_of(container_, all_, has_own ? labels_.docker->network : provider_.network);
    if (!found.warning.empty() && !std::exchange(warned_, true)) report(found.warning);
    return found.ip.empty() ? std::string() : join_address(found.ip, port);
  }

  std::string lowest_port() const {
    std::optional<std::uint16_t> lowest;
    for (const auto& exposed : container_.ports) lowest = std::min(lowest.value_or(exposed.port), exposed.port);
    return lowest ? std::to_string(*lowest) : std::string();
  }

  void add_routers(model::HttpConfig& http) {
    if (http.routers.empty()) {
      if (http.services.size() > 1) return;
      http.routers[name_];
    }
    for (auto entry = http.routers.begin(); entry != http.routers.end();) {
      entry = complete(entry->first, entry->second, http) ? std::next(entry) : http.routers.erase(entry);
    }
  }

  // False when the router cannot be.
  bool complete(const std::string& name, model::HttpRouter& router, const model::HttpConfig& http) {
    if (router.rule.empty()) {
      auto rule = render_default_rule(provider_.default_rule, container_);
      if (!rule || base::trim(*rule).empty()) {
        report("router " + name + "@docker", rule ? "defaultRule gives an empty rule" : rule.error().message);
        return false;
      }
      router.rule = *std::move(rule);
      router.default_rule = true;
    }
    if (!router.service.empty()) return true;
    if (http.services.size() > 1) {
      report("router " + name + "@docker",
             fmt::format("container {} has several services: say which one with routers.{}.service", container_.name,
                         name));
      return false;
    }
    router.service = http.services.begin()->first;
    return true;
  }

  const docker::Container& container_;
  const std::vector<docker::Container>& all_;
  const model::DockerProvider& provider_;
  const model::ContainerLabels& labels_;
  std::vector<Problem>& problems_;
  std::string name_ = normalize(service_name(container_));
  bool warned_ = false;
};

bool is_candidate(const docker::Container& container, const model::ContainerLabels& labels,
                  const model::DockerProvider& provider, const Constraints& constraints) {
  if (!labels.enable.value_or(provider.exposed_by_default) || !constraints.admit(container.labels)) return false;
  if (container.state != docker::ContainerState::kRunning) return labels.docker && labels.docker->allow_non_running;
  const bool unready = container.health == docker::Health::kStarting || container.health == docker::Health::kUnhealthy;
  return !unready || provider.allow_empty_services;
}

}  // namespace

model::DynamicConfig configure(const std::vector<docker::Container>& containers, const model::DockerProvider& provider,
                               const Constraints& constraints, StackClaims& claims, std::vector<Problem>& problems) {
  std::vector<ContainerConfig> configs;
  for (const auto& container : containers) {
    const model::Labels all_labels(container.labels.begin(), container.labels.end());
    const auto labels = model::decode_container_labels(all_labels);
    if (!labels) {
      problems.push_back({"container " + container.name, labels.error().message});
      continue;
    }
    if (!is_candidate(container, *labels, provider, constraints)) continue;
    for (auto& stray : model::stray_labels(all_labels))
      problems.push_back({"container " + container.name, std::move(stray)});
    auto config = ContainerReader(container, containers, provider, *labels, problems).read();
    if (config) {
      configs.push_back({.container = &container, .stack = stack_of(container), .config = *std::move(config)});
    } else {
      problems.push_back({"container " + container.name, config.error().message});
    }
  }
  StackBorders(claims, problems).enforce(configs);
  ContainerMerger merger;
  for (const auto& config : configs) merger.add(config.container->name, config.config);
  return merger.finish(problems);
}

}  // namespace gatehouse::discovery
