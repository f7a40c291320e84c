// The tcp and udp sections of a dynamic configuration: routers, services, middlewares, transports. Pure values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/duration.h"
#include "model/http_service.h"
#include "model/servers_transport.h"
#include "model/tls.h"
#include "model/trait.h"

namespace gatehouse::model {

struct TcpRouterTls {
  bool passthrough = false;
  std::string options;
  std::string cert_resolver;
  std::vector<Domain> domains;

  bool operator==(const TcpRouterTls&) const = default;
  static void fields(auto& field) {
    field("passthrough", &TcpRouterTls::passthrough);
    field("options", &TcpRouterTls::options);
    field("certResolver", &TcpRouterTls::cert_resolver);
    field("domains", &TcpRouterTls::domains);
  }
};

struct TcpRouter {
  std::vector<std::string> entry_points;
  std::vector<std::string> middlewares;
  std::string service;
  std::string rule;
  std::string rule_syntax;
  std::int64_t priority = 0;
  std::optional<TcpRouterTls> tls;

  bool operator==(const TcpRouter&) const = default;
  static void fields(auto& field) {
    field("entryPoints", &TcpRouter::entry_points);
    field("middlewares", &TcpRouter::middlewares);
    field("service", &TcpRouter::service);
    field("rule", &TcpRouter::rule);
    field("ruleSyntax", &TcpRouter::rule_syntax);
    field("priority", &TcpRouter::priority);
    field("tls", &TcpRouter::tls, trait::kBare);
  }
};

struct TcpServer {
  std::string address;
  std::string port;
  bool tls = false;

  bool operator==(const TcpServer&) const = default;
  static void fields(auto& field) {
    field("address", &TcpServer::address);
    field("port", &TcpServer::port, trait::kLabelsOnly);
    field("tls", &TcpServer::tls);
  }
};

struct ProxyProtocol {
  std::int64_t version = 2;

  bool operator==(const ProxyProtocol&) const = default;
  static void fields(auto& field) { field("version", &ProxyProtocol::version); }
};

struct TcpHealthCheck {
  std::int64_t port = 0;
  std::string send;
  std::string expect;
  Duration interval = std::chrono::seconds(30);
  std::optional<Duration> unhealthy_interval;
  Duration timeout = std::chrono::seconds(5);

  bool operator==(const TcpHealthCheck&) const = default;
  static void fields(auto& field) {
    field("port", &TcpHealthCheck::port);
    field("send", &TcpHealthCheck::send);
    field("expect", &TcpHealthCheck::expect);
    field("interval", &TcpHealthCheck::interval);
    field("unhealthyInterval", &TcpHealthCheck::unhealthy_interval);
    field("timeout", &TcpHealthCheck::timeout);
  }
};

struct TcpLoadBalancer {
  std::optional<ProxyProtocol> proxy_protocol;  // deprecated: belongs to the transport
  std::vector<TcpServer> servers;
  std::string servers_transport;
  std::optional<Duration> termination_delay;  // deprecated: belongs to the transport
  std::optional<TcpHealthCheck> health_check;

  bool operator==(const TcpLoadBalancer&) const = default;
  static void fields(auto& field) {
    field("proxyProtocol", &TcpLoadBalancer::proxy_protocol, trait::kBare);
    field("servers", &TcpLoadBalancer::servers, 0U, "server");
    field("serversTransport", &TcpLoadBalancer::servers_transport);
    field("terminationDelay", &TcpLoadBalancer::termination_delay);
    field("healthCheck", &TcpLoadBalancer::health_check, trait::kBare | trait::kUnsupported);
  }
};

// Weighted services of TCP and UDP.
struct StreamWeighted {
  std::vector<WeightedServiceRef> services;
  std::optional<InheritedHealth> health_check;

  bool operator==(const StreamWeighted&) const = default;
  static void fields(auto& field) {
    field("services", &StreamWeighted::services);
    field("healthCheck", &StreamWeighted::health_check, trait::kBare | trait::kUnsupported);
  }
};

struct TcpService {
  std::optional<TcpLoadBalancer> load_balancer;
  std::optional<StreamWeighted> weighted;

  bool operator==(const TcpService&) const = default;
  static void fields(auto& field) {
    field("loadBalancer", &TcpService::load_balancer);
    field("weighted", &TcpService::weighted, trait::kNotInLabels);
  }
};

struct TcpIpAllowList {
  std::vector<std::string> source_range;

  bool operator==(const TcpIpAllowList&) const = default;
  static void fields(auto& field) { field("sourceRange", &TcpIpAllowList::source_range); }
};

struct InFlightConn {
  std::int64_t amount = 0;  // connections of one client address

  bool operator==(const InFlightConn&) const = default;
  static void fields(auto& field) { field("amount", &InFlightConn::amount); }
};

// Exactly one kind is set.
struct TcpMiddleware {
  std::optional<InFlightConn> in_flight_conn;
  std::optional<TcpIpAllowList> ip_white_list;
  std::optional<TcpIpAllowList> ip_allow_list;

  bool operator==(const TcpMiddleware&) const = default;
  static void fields(auto& field) {
    field("inFlightConn", &TcpMiddleware::in_flight_conn);
    field("ipWhiteList", &TcpMiddleware::ip_white_list);
    field("ipAllowList", &TcpMiddleware::ip_allow_list);
  }
};

struct TcpTransportTls {
  bool insecure_skip_verify = false;
  std::string server_name;
  std::vector<std::string> root_cas;
  std::vector<CertificateFiles> certificates;
  std::string peer_cert_uri;
  std::optional<Spiffe> spiffe;

  bool operator==(const TcpTransportTls&) const = default;
  static void fields(auto& field) {
    field("insecureSkipVerify", &TcpTransportTls::insecure_skip_verify);
    field("serverName", &TcpTransportTls::server_name);
    field("rootCAs", &TcpTransportTls::root_cas);
    field("certificates", &TcpTransportTls::certificates);
    field("peerCertURI", &TcpTransportTls::peer_cert_uri, trait::kUnsupported);
    field("spiffe", &TcpTransportTls::spiffe, trait::kUnsupported);
  }
};

struct TcpServersTransport {
  Duration dial_keep_alive = std::chrono::seconds(15);
  Duration dial_timeout = std::chrono::seconds(30);
  Duration termination_delay = std::chrono::milliseconds(100);
  std::optional<ProxyProtocol> proxy_protocol;
  std::optional<TcpTransportTls> tls;

  bool operator==(const TcpServersTransport&) const = default;
  static void fields(auto& field) {
    field("dialKeepAlive", &TcpServersTransport::dial_keep_alive);
    field("dialTimeout", &TcpServersTransport::dial_timeout);
    field("terminationDelay", &TcpServersTransport::termination_delay);
    field("proxyProtocol", &TcpServersTransport::proxy_protocol, trait::kBare);
    field("tls", &TcpServersTransport::tls, trait::kBare);
  }
};

struct UdpRouter {
  std::vector<std::string> entry_points;
  std::string service;

  bool operator==(const UdpRouter&) const = default;
  static void fields(auto& field) {
    field("entryPoints", &UdpRouter::entry_points);
    field("service", &UdpRouter::service);
  }
};

struct UdpServer {
  std::string address;
  std::string port;

  bool operator==(const UdpServer&) const = default;
  static void fields(auto& field) {
    field("address", &UdpServer::address);
    field("port", &UdpServer::port, trait::kLabelsOnly);
  }
};

struct UdpLoadBalancer {
  std::vector<UdpServer> servers;

  bool operator==(const UdpLoadBalancer&) const = default;
  static void fields(auto& field) { field("servers", &UdpLoadBalancer::servers, 0U, "server"); }
};

struct UdpService {
  std::optional<UdpLoadBalancer> load_balancer;
  std::optional<StreamWeighted> weighted;

  bool operator==(const UdpService&) const = default;
  static void fields(auto& field) {
    field("loadBalancer", &UdpService::load_balancer);
    field("weighted", &UdpService::weighted, trait::kNotInLabels);
  }
};

}  // namespace gatehouse::model
