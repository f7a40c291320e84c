#include "edge/stream/udp_service.h"

#include <algorithm>

#include <fmt/format.h>

#include "edge/stream/server_address.h"

namespace gatehouse::edge {

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

UdpServicePtr UdpServiceBuilder::service_of(const std::string& entry_point) {
  UdpServicePtr chosen;
  for (const auto& router : config_.routers) {
    if (std::ranges::find(router.entry_points, entry_point) == router.entry_points.end()) continue;
    const auto object = "udp router " + router.name;
    auto service = build(router.service);
    if (!service) {
      report_(object, service.error().message);
    } else if (chosen) {
      report_(object, fmt::format("another router has the entry point {} already: datagrams have no rules, give it an "
                                  "entry point of its own",
                                  entry_point));
    } else {
      chosen = *std::move(service);
    }
  }
  return chosen;
}

Result<UdpServicePtr> UdpServiceBuilder::build(const std::string& name) {
  const auto [known, is_new] = built_.try_emplace(name);
  if (!is_new) {
    if (known->second) return known->second;
    return fail(ErrorCode::kInvalid, Fault::kOperator,
                fmt::format("the service \"{}\" contains itself, or is broken", name));
  }
  const auto config = config_.services.find(name);
  if (config == config_.services.end()) {
    return fail(ErrorCode::kNotFound, Fault::kOperator, fmt::format("the service \"{}\" does not exist", name));
  }
  auto service = make(config->second);
  if (!service) return fail(std::move(service).error().within("service " + name));
  built_[name] = *service;
  return service;
}

Result<UdpServicePtr> UdpServiceBuilder::make(const model::UdpService& service) {
  if (service.load_balancer) {
    std::vector<UdpService::ServerPtr> servers;
    for (const auto& server : service.load_balancer->servers) {
      BASE_TRY(auto origin, parse_server_address(server.address));
      servers.push_back(std::make_shared<const Origin>(std::move(origin)));
    }
    return std::make_shared<const UdpService>(std::move(servers));
  }
  std::vector<UdpService::Child> children;
  std::vector<std::int64_t> weights;
  for (const auto& child : service.weighted.value_or(model::StreamWeighted{}).services) {
    BASE_TRY(auto built, build(child.name));
    children.push_back(std::move(built));
    weights.push_back(child.weight);
  }
  return std::make_shared<const UdpService>(std::move(children), weights);
}

}  // namespace gatehouse::edge
