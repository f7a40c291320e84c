// The static configuration: what is fixed when the process starts. Read once by app from flags, environment or one file
// (see model/static_source.h), never changed afterwards. Pure values; defaults are Traefik's.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "model/anything.h"
#include "model/entry_point.h"
#include "model/observability.h"
#include "model/providers.h"
#include "model/resolver.h"
#include "model/servers_transport.h"
#include "model/stream.h"
#include "model/tracing.h"
#include "model/trait.h"

namespace gatehouse::model {

struct Global {
  bool check_new_version = true;      // accepted; nobody is called
  bool send_anonymous_usage = false;  // accepted; nothing is sent

  bool operator==(const Global&) const = default;
  static void fields(auto& field) {
    field("checkNewVersion", &Global::check_new_version);
    field("sendAnonymousUsage", &Global::send_anonymous_usage);
  }
};

struct Core {
  std::string default_rule_syntax = "v3";

  bool operator==(const Core&) const = default;
  static void fields(auto& field) { field("defaultRuleSyntax", &Core::default_rule_syntax); }
};

struct HostResolver {
  bool cname_flattening = false;
  std::string resolv_config = "/etc/resolv.conf";
  std::int64_t resolv_depth = 5;

  bool operator==(const HostResolver&) const = default;
  static void fields(auto& field) {
    field("cnameFlattening", &HostResolver::cname_flattening);
    field("resolvConfig", &HostResolver::resolv_config);
    field("resolvDepth", &HostResolver::resolv_depth);
  }
};

// Our own options; they may stand beside any source of the others.
// What the operator says about a stack: a compose project, by its name.
struct StackOptions {
  // It has these, whoever claimed them first: names, wildcards ("*.example.com"), or "*" for whatever its rules match.
  std::vector<std::string> hosts;

  bool operator==(const StackOptions&) const = default;
  static void fields(auto& field) { field("hosts", &StackOptions::hosts); }
};

struct GatehouseOptions {
  std::string state_dir = "/var/lib/gatehouse";
  std::int64_t workers = 0;                  // 0: one for each CPU of the affinity mask
  std::string edge_user = "gatehouse-edge";  // the unprivileged user that the edge runs as
  std::string run_dir;                       // empty: a folder run in stateDir
  std::map<std::string, StackOptions> stacks;

  bool operator==(const GatehouseOptions&) const = default;
  static void fields(auto& field) {
    field("stateDir", &GatehouseOptions::state_dir);
    field("workers", &GatehouseOptions::workers);
    field("edgeUser", &GatehouseOptions::edge_user);
    field("runDir", &GatehouseOptions::run_dir);
    field("stacks", &GatehouseOptions::stacks);
  }
};

struct StaticConfig {
  Global global;
  ServersTransport servers_transport;
  TcpServersTransport tcp_servers_transport;
  std::map<std::string, EntryPoint> entry_points;
  Providers providers;
  std::optional<Api> api;
  std::optional<Metrics> metrics;
  std::optional<Ping> ping;
  LogConfig log;
  std::optional<AccessLog> access_log;
  std::optional<Tracing> tracing;
  std::optional<HostResolver> host_resolver;
  std::map<std::string, CertificatesResolver> certificates_resolvers;
  Anything experimental;
  Core core;
  Anything spiffe;
  std::optional<Ocsp> ocsp;
  GatehouseOptions gatehouse;

  bool operator==(const StaticConfig&) const = default;
  static void fields(auto& field) {
    field("global", &StaticConfig::global);
    field("serversTransport", &StaticConfig::servers_transport);
    field("tcpServersTransport", &StaticConfig::tcp_servers_transport);
    field("entryPoints", &StaticConfig::entry_points);
    field("providers", &StaticConfig::providers);
    field("api", &StaticConfig::api, trait::kBare);
    field("metrics", &StaticConfig::metrics, trait::kBare);
    field("ping", &StaticConfig::ping, trait::kBare);
    field("log", &StaticConfig::log, trait::kBare);
    field("accessLog", &StaticConfig::access_log, trait::kBare);
    field("tracing", &StaticConfig::tracing, trait::kBare);
    field("hostResolver", &StaticConfig::host_resolver, trait::kBare | trait::kUnsupported);
    field("certificatesResolvers", &StaticConfig::certificates_resolvers);
    field("experimental", &StaticConfig::experimental, trait::kUnsupported);
    field("core", &StaticConfig::core);
    field("spiffe", &StaticConfig::spiffe, trait::kUnsupported);
    field("ocsp", &StaticConfig::ocsp, trait::kBare);
    field("gatehouse", &StaticConfig::gatehouse);
  }
};

}  // namespace gatehouse::model
