// Objects of several containers under one name: services whose options agree become one with all servers, everything
// else must be the same, or is left out for all. For the length of a configuration.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "discovery/updates.h"
#include "model/dynamic.h"

namespace gatehouse::discovery {

class ContainerMerger {
 public:
  void add(const std::string& container, const model::DynamicConfig& config) {
    add_services(container, services_, config.http.services, &model::Server::url);
    add_services(container, tcp_services_, config.tcp.services, &model::TcpServer::address);
    add_services(container, udp_services_, config.udp.services, &model::UdpServer::address);
    add_all(container, tcp_middlewares_, config.tcp.middlewares);
    add_all(container, routers_, config.http.routers);
    add_all(container, middlewares_, config.http.middlewares);
    add_all(container, tcp_routers_, config.tcp.routers);
    add_all(container, udp_routers_, config.udp.routers);
    add_all(container, stores_, config.tls.stores);
  }

  model::DynamicConfig finish(std::vector<Problem>& problems) {
    model::DynamicConfig merged;
    take("service", services_, merged.http.services, problems);
    take("router", routers_, merged.http.routers, problems);
    take("middleware", middlewares_, merged.http.middlewares, problems);
    take("tcp service", tcp_services_, merged.tcp.services, problems);
    take("tcp middleware", tcp_middlewares_, merged.tcp.middlewares, problems);
    take("udp service", udp_services_, merged.udp.services, problems);
    take("tcp router", tcp_routers_, merged.tcp.routers, problems);
    take("udp router", udp_routers_, merged.udp.routers, problems);
    take("TLS store", stores_, merged.tls.stores, problems);
    return merged;
  }

 private:
  template <class T>
  struct Claim {
    T object;
    std::vector<std::string> containers;
    bool disputed = false;
  };
  template <class T>
  using Claims = std::map<std::string, Claim<T>>;

  template <class T>
  static void add_services(const std::string& container, Claims<T>& claims, const std::map<std::string, T>& services,
                           auto identity) {
    for (const auto& [name, service] : services) {
      const auto [known, is_new] = claims.try_emplace(name, Claim<T>{service, {}, false});
      auto& claim = known->second;
      claim.containers.push_back(container);
      if (is_new) continue;
      auto& servers = claim.object.load_balancer->servers;
      auto same = service;
      same.load_balancer->servers = servers;
      if (!(same == claim.object)) {
        claim.disputed = true;
        continue;
      }
      for (const auto& server : service.load_balancer->servers) {
        if (std::ranges::find(servers, server.*identity, identity) == servers.end()) servers.push_back(server);
      }
    }
  }

  template <class T>
  static void add_all(const std::string& container, Claims<T>& claims, const std::map<std::string, T>& objects) {
    for (const auto& [name, object] : objects) {
      const auto [known, is_new] = claims.try_emplace(name, Claim<T>{object, {}, false});
      known->second.containers.push_back(container);
      if (!is_new && !(known->second.object == object)) known->second.disputed = true;
    }
  }

  template <class T>
  static void take(std::string_view kind, Claims<T>& claims, std::map<std::string, T>& into,
                   std::vector<Problem>& problems) {
    for (auto& [name, claim] : claims) {
      if (claim.disputed) {
        problems.push_back({fmt::format("{} {}@docker", kind, name),
                            fmt::format("the containers {} define it differently: nobody gets it; give it another name "
                                        "in one of them",
                                        base::join(claim.containers, ", "))});
      } else {
        into.emplace(name, std::move(claim.object));
      }
    }
  }

  Claims<model::HttpService> services_;
  Claims<model::HttpRouter> routers_;
  Claims<model::Middleware> middlewares_;
  Claims<model::TcpService> tcp_services_;
  Claims<model::TcpMiddleware> tcp_middlewares_;
  Claims<model::UdpService> udp_services_;
  Claims<model::TcpRouter> tcp_routers_;
  Claims<model::UdpRouter> udp_routers_;
  Claims<model::TlsStore> stores_;
};

}  // namespace gatehouse::discovery
