// The dynamic configuration: what one provider (the labels of containers, or files) says about routers, middlewares,
// services and TLS. Made by the decoders below or by discovery, merged by control into a Snapshot. Pure values; names
// are those inside the provider, without @provider.
#pragma once

#include <map>
#include <string>

#include "model/http_router.h"
#include "model/http_service.h"
#include "model/middleware.h"
#include "model/servers_transport.h"
#include "model/stream.h"
#include "model/tls.h"
#include "model/trait.h"

namespace gatehouse::model {

struct HttpConfig {
  std::map<std::string, HttpRouter> routers;
  std::map<std::string, HttpService> services;
  std::map<std::string, Middleware> middlewares;
  std::map<std::string, ServersTransport> servers_transports;

  bool operator==(const HttpConfig&) const = default;
  static void fields(auto& field) {
    field("routers", &HttpConfig::routers);
    field("services", &HttpConfig::services);
    field("middlewares", &HttpConfig::middlewares);
    field("serversTransports", &HttpConfig::servers_transports, trait::kNotInLabels);
  }
};

struct TcpConfig {
  std::map<std::string, TcpRouter> routers;
  std::map<std::string, TcpService> services;
  std::map<std::string, TcpMiddleware> middlewares;
  std::map<std::string, TcpServersTransport> servers_transports;

  bool operator==(const TcpConfig&) const = default;
  static void fields(auto& field) {
    field("routers", &TcpConfig::routers);
    field("services", &TcpConfig::services);
    field("middlewares", &TcpConfig::middlewares);
    field("serversTransports", &TcpConfig::servers_transports, trait::kNotInLabels);
  }
};

struct UdpConfig {
  std::map<std::string, UdpRouter> routers;
  std::map<std::string, UdpService> services;

  bool operator==(const UdpConfig&) const = default;
  static void fields(auto& field) {
    field("routers", &UdpConfig::routers);
    field("services", &UdpConfig::services);
  }
};

struct DynamicConfig {
  HttpConfig http;
  TcpConfig tcp;
  UdpConfig udp;
  TlsConfig tls;

  bool operator==(const DynamicConfig&) const = default;
  static void fields(auto& field) {
    field("http", &DynamicConfig::http);
    field("tcp", &DynamicConfig::tcp);
    field("udp", &DynamicConfig::udp);
    field("tls", &DynamicConfig::tls);
  }
};

}  // namespace gatehouse::model
