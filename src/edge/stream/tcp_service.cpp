#include "edge/stream/tcp_service.h"

#include <utility>

#include <fmt/format.h>

#include "edge/stream/server_address.h"
#include "tls/client_context.h"

namespace gatehouse::edge {

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr const char* kDefaultTransport = "default@internal";

Result<std::optional<net::ProxyVersion>> version_of(const std::optional<model::ProxyProtocol>& config) {
  if (!config) return std::nullopt;
  if (config->version == 1) return net::ProxyVersion::kOne;
  if (config->version == 2) return net::ProxyVersion::kTwo;
  return fail(ErrorCode::kInvalid, Fault::kOperator,
              fmt::format("proxyProtocol.version: {} is neither 1 nor 2", config->version));
}

Result<std::shared_ptr<TcpTransport>> make_transport(const model::TcpServersTransport& config) {
  auto transport = std::make_shared<TcpTransport>();
  transport->dial_timeout = config.dial_timeout;
  transport->keep_alive = config.dial_keep_alive;
  transport->termination_delay = config.termination_delay;
  BASE_TRY(transport->proxy_version, version_of(config.proxy_protocol));
  const auto tls = config.tls.value_or(model::TcpTransportTls{});
  tls::ClientSettings settings{.verify = !tls.insecure_skip_verify,
                               .system_roots = tls.root_cas.empty(),
                               .root_cas = tls.root_cas,
                               .server_name = tls.server_name};
  for (const auto& files : tls.certificates) {
    settings.certificates.push_back({.names = {}, .chain = files.cert_file, .key = files.key_file});
  }
  BASE_TRY(transport->client_tls, tls::ClientContext::make(settings));
  return transport;
}

}  // namespace

Result<TcpServicePtr> TcpServiceBuilder::build(const std::string& name) {
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

Result<TcpServicePtr> TcpServiceBuilder::make(const model::TcpService& service) {
  if (service.load_balancer) return make(*service.load_balancer);
  return make(service.weighted.value_or(model::StreamWeighted{}));
}

Result<TcpServicePtr> TcpServiceBuilder::make(const model::TcpLoadBalancer& balancer) {
  const auto& name = balancer.servers_transport.empty() ? kDefaultTransport : balancer.servers_transport;
  BASE_TRY(auto used, transport(name));
  if (balancer.termination_delay || balancer.proxy_protocol) {  // as it was said before there were transports
    auto own = std::make_shared<TcpTransport>(*used);
    own->termination_delay = balancer.termination_delay.value_or(used->termination_delay);
    if (balancer.proxy_protocol) {
      BASE_TRY(own->proxy_version, version_of(balancer.proxy_protocol));
    }
    used = std::move(own);
  }
  std::vector<TcpServerPtr> servers;
  for (const auto& server : balancer.servers) {
    BASE_TRY(auto origin, parse_server_address(server.address));
    origin.secure = server.tls;
    servers.push_back(std::make_shared<const TcpServer>(TcpServer{std::move(origin), used}));
  }
  return std::make_shared<const TcpService>(std::move(servers));
}

Result<TcpServicePtr> TcpServiceBuilder::make(const model::StreamWeighted& weighted) {
  std::vector<TcpService::Child> children;
  std::vector<std::int64_t> weights;
  for (const auto& child : weighted.services) {
    BASE_TRY(auto service, build(child.name));
    children.push_back(std::move(service));
    weights.push_back(child.weight);
  }
  return std::make_shared<const TcpService>(std::move(children), weights);
}

Result<TcpServiceBuilder::TransportPtr> TcpServiceBuilder::transport(const std::string& name) {
  if (const auto known = transports_.find(name); known != transports_.end()) return known->second;
  const auto config = config_.servers_transports.find(name);
  if (config == config_.servers_transports.end() && name != kDefaultTransport) {
    return fail(ErrorCode::kNotFound, Fault::kOperator,
                fmt::format("the serversTransport \"{}\" does not exist", name));
  }
  auto made =
      make_transport(config == config_.servers_transports.end() ? model::TcpServersTransport{} : config->second);
  if (!made) return fail(std::move(made).error().within("serversTransport " + name));
  transports_[name] = *made;
  return *std::move(made);
}

}  // namespace gatehouse::edge
