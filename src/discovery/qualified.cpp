#include "discovery/qualified.h"

namespace gatehouse::discovery {

std::string qualify(std::string_view name, std::string_view provider) {
  std::string result(name);
  if (!result.empty() && result.find('@') == std::string::npos) result.append("@").append(provider);
  return result;
}

model::Middleware qualify(model::Middleware middleware, std::string_view provider) {
  if (middleware.chain) {
    for (auto& name : middleware.chain->middlewares) name = qualify(name, provider);
  }
  if (middleware.errors) middleware.errors->service = qualify(middleware.errors->service, provider);
  return middleware;
}

model::HttpService qualify(model::HttpService service, std::string_view provider) {
  for (auto& name : service.middlewares) name = qualify(name, provider);
  if (service.load_balancer) {
    service.load_balancer->servers_transport = qualify(service.load_balancer->servers_transport, provider);
  }
  if (service.weighted) {
    for (auto& child : service.weighted->services) child.name = qualify(child.name, provider);
  }
  if (service.mirroring) {
    service.mirroring->service = qualify(service.mirroring->service, provider);
    for (auto& mirror : service.mirroring->mirrors) mirror.name = qualify(mirror.name, provider);
  }
  if (service.failover) {
    service.failover->service = qualify(service.failover->service, provider);
    service.failover->fallback = qualify(service.failover->fallback, provider);
  }
  if (service.highest_random_weight) {
    for (auto& child : service.highest_random_weight->services) child.name = qualify(child.name, provider);
  }
  return service;
}

model::TcpService qualify(model::TcpService service, std::string_view provider) {
  if (service.load_balancer) {
    service.load_balancer->servers_transport = qualify(service.load_balancer->servers_transport, provider);
  }
  if (service.weighted) {
    for (auto& child : service.weighted->services) child.name = qualify(child.name, provider);
  }
  return service;
}

model::UdpService qualify(model::UdpService service, std::string_view provider) {
  if (service.weighted) {
    for (auto& child : service.weighted->services) child.name = qualify(child.name, provider);
  }
  return service;
}

}  // namespace gatehouse::discovery
