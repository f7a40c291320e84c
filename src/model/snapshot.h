// What control pushes to the edge: everything it needs to serve, as one immutable value. Control builds it from the
// static configuration, the providers and the certificates; the edge swaps it in whole and keeps the last one when
// control is gone. Files are read by control: the edge gets their contents. Pure values, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "model/entry_point.h"
#include "model/http_service.h"
#include "model/middleware.h"
#include "model/observability.h"
#include "model/servers_transport.h"
#include "model/stream.h"
#include "model/tls.h"
#include "model/tracing.h"
#include "model/trait.h"

namespace gatehouse::model {

// A router with everything resolved: names carry @provider, defaults are filled in, entry point middlewares and TLS are
// merged.
struct SnapshotRouter {
  std::string name;  // name@provider
  std::string provider;
  std::string rule;
  std::string rule_syntax = "v3";
  std::int64_t priority = 0;  // never 0: the length of the rule where none was given
  std::vector<std::string> entry_points;
  std::vector<std::string> middlewares;  // name@provider, in the order they run
  std::string service;                   // name@provider, or one of ours: api@internal, noop@internal, ...
  bool tls = false;                      // answers on TLS connections only; else on plain ones only
  std::string tls_options;               // name@provider, or default
  bool access_logs = true;
  bool metrics = true;
  bool tracing = true;
  std::string trace_verbosity = "minimal";  // or detailed
  bool recursion_guard = false;             // refuse requests that passed this router before

  bool operator==(const SnapshotRouter&) const = default;
  static void fields(auto& field) {
    field("name", &SnapshotRouter::name);
    field("provider", &SnapshotRouter::provider);
    field("rule", &SnapshotRouter::rule);
    field("ruleSyntax", &SnapshotRouter::rule_syntax);
    field("priority", &SnapshotRouter::priority);
    field("entryPoints", &SnapshotRouter::entry_points);
    field("middlewares", &SnapshotRouter::middlewares);
    field("service", &SnapshotRouter::service);
    field("tls", &SnapshotRouter::tls);
    field("tlsOptions", &SnapshotRouter::tls_options);
    field("accessLogs", &SnapshotRouter::access_logs);
    field("metrics", &SnapshotRouter::metrics);
    field("tracing", &SnapshotRouter::tracing);
    field("traceVerbosity", &SnapshotRouter::trace_verbosity);
    field("recursionGuard", &SnapshotRouter::recursion_guard);
  }
};

// A TCP router with everything resolved, as SnapshotRouter.
struct SnapshotTcpRouter {
  std::string name;  // name@provider
  std::string provider;
  std::string rule;
  std::string rule_syntax = "v3";
  std::int64_t priority = 0;  // never 0
  std::vector<std::string> entry_points;
  std::vector<std::string> middlewares;  // name@provider
  std::string service;                   // name@provider
  bool tls = false;                      // answers on TLS connections only; else on plain ones only
  bool passthrough = false;              // TLS is the server's: the bytes are passed on as they come
  std::string tls_options;               // name@provider, or default

  bool operator==(const SnapshotTcpRouter&) const = default;
  static void fields(auto& field) {
    field("name", &SnapshotTcpRouter::name);
    field("provider", &SnapshotTcpRouter::provider);
    field("rule", &SnapshotTcpRouter::rule);
    field("ruleSyntax", &SnapshotTcpRouter::rule_syntax);
    field("priority", &SnapshotTcpRouter::priority);
    field("entryPoints", &SnapshotTcpRouter::entry_points);
    field("middlewares", &SnapshotTcpRouter::middlewares);
    field("service", &SnapshotTcpRouter::service);
    field("tls", &SnapshotTcpRouter::tls);
    field("passthrough", &SnapshotTcpRouter::passthrough);
    field("tlsOptions", &SnapshotTcpRouter::tls_options);
  }
};

struct SnapshotTcp {
  std::vector<SnapshotTcpRouter> routers;            // of equal priority the first one wins
  std::map<std::string, TcpMiddleware> middlewares;  // by name@provider
  std::map<std::string, TcpService> services;        // by name@provider
  // By name@provider, and default@internal; what files held is PEM text here.
  std::map<std::string, TcpServersTransport> servers_transports;

  bool operator==(const SnapshotTcp&) const = default;
  static void fields(auto& field) {
    field("routers", &SnapshotTcp::routers);
    field("middlewares", &SnapshotTcp::middlewares);
    field("services", &SnapshotTcp::services);
    field("serversTransports", &SnapshotTcp::servers_transports);
  }
};

struct SnapshotUdpRouter {
  std::string name;  // name@provider
  std::string provider;
  std::vector<std::string> entry_points;
  std::string service;  // name@provider

  bool operator==(const SnapshotUdpRouter&) const = default;
  static void fields(auto& field) {
    field("name", &SnapshotUdpRouter::name);
    field("provider", &SnapshotUdpRouter::provider);
    field("entryPoints", &SnapshotUdpRouter::entry_points);
    field("service", &SnapshotUdpRouter::service);
  }
};

struct SnapshotUdp {
  std::vector<SnapshotUdpRouter> routers;      // the first one of an entry point has it
  std::map<std::string, UdpService> services;  // by name@provider

  bool operator==(const SnapshotUdp&) const = default;
  static void fields(auto& field) {
    field("routers", &SnapshotUdp::routers);
    field("services", &SnapshotUdp::services);
  }
};

struct SnapshotCertificate {
  std::vector<std::string> names;  // DNS names, wildcards and IP addresses, lower case
  std::string chain;               // PEM, the leaf first
  base::Secret key;                // PEM
  std::string ocsp{};              // the authority's word for it, DER in base64; empty: none

  bool operator==(const SnapshotCertificate&) const = default;
  static void fields(auto& field) {
    field("names", &SnapshotCertificate::names);
    field("chain", &SnapshotCertificate::chain);
    field("key", &SnapshotCertificate::key);
    field("ocsp", &SnapshotCertificate::ocsp);
  }
};

struct SnapshotTls {
  std::vector<SnapshotCertificate> certificates;
  std::map<std::string, TlsOptions> options;  // by name@provider, and default; caFiles hold PEM text
  std::optional<SnapshotCertificate> default_certificate;

  bool operator==(const SnapshotTls&) const = default;
  static void fields(auto& field) {
    field("certificates", &SnapshotTls::certificates);
    field("options", &SnapshotTls::options);
    field("defaultCertificate", &SnapshotTls::default_certificate);
  }
};

// What the edge answers to a certificate authority: below /.well-known/acme-challenge/, or in a handshake.
struct AcmeToken {
  std::string host;  // empty: any
  std::string token;
  std::string key_authorisation;
  bool by_tls = false;  // TLS-ALPN-01 (RFC 8737), else HTTP-01

  bool operator==(const AcmeToken&) const = default;
  static void fields(auto& field) {
    field("host", &AcmeToken::host);
    field("token", &AcmeToken::token);
    field("keyAuthorisation", &AcmeToken::key_authorisation);
    field("byTls", &AcmeToken::by_tls);
  }
};

// What is configured and not served, or not as it was meant: for the API and the dashboard only.
struct SnapshotIssue {
  std::string object;  // "router whoami@docker"
  std::string message;

  bool operator==(const SnapshotIssue&) const = default;
  static void fields(auto& field) {
    field("object", &SnapshotIssue::object);
    field("message", &SnapshotIssue::message);
  }
};

struct Refused {
  std::vector<SnapshotIssue> issues;
  std::vector<SnapshotRouter> routers;            // as far as they could be resolved
  std::map<std::string, Middleware> middlewares;  // by name@provider
  std::map<std::string, HttpService> services;    // by name@provider

  bool operator==(const Refused&) const = default;
  static void fields(auto& field) {
    field("issues", &Refused::issues);
    field("routers", &Refused::routers);
    field("middlewares", &Refused::middlewares);
    field("services", &Refused::services);
  }
};

struct Snapshot {
  std::uint64_t id = 0;  // grows with each one
  std::map<std::string, EntryPoint> entry_points;
  std::vector<SnapshotRouter> routers;            // of equal priority the first one wins
  std::map<std::string, Middleware> middlewares;  // by name@provider
  std::map<std::string, HttpService> services;    // by name@provider
  // By name@provider, and default@internal; what files held is PEM text here.
  std::map<std::string, ServersTransport> servers_transports;
  SnapshotTcp tcp;
  SnapshotUdp udp;
  SnapshotTls tls;
  std::vector<AcmeToken> acme_tokens;
  std::optional<AccessLog> access_log;
  std::optional<Metrics> metrics;
  std::optional<Ping> ping;
  std::optional<Api> api;
  std::optional<Tracing> tracing;  // what its TLS names is PEM text here
  LogConfig log;
  Refused refused;

  bool operator==(const Snapshot&) const = default;
  static void fields(auto& field) {
    field("id", &Snapshot::id);
    field("entryPoints", &Snapshot::entry_points);
    field("routers", &Snapshot::routers);
    field("middlewares", &Snapshot::middlewares);
    field("services", &Snapshot::services);
    field("serversTransports", &Snapshot::servers_transports);
    field("tcp", &Snapshot::tcp);
    field("udp", &Snapshot::udp);
    field("tls", &Snapshot::tls);
    field("acmeTokens", &Snapshot::acme_tokens);
    field("accessLog", &Snapshot::access_log);
    field("metrics", &Snapshot::metrics);
    field("ping", &Snapshot::ping);
    field("api", &Snapshot::api);
    field("tracing", &Snapshot::tracing);
    field("log", &Snapshot::log);
    field("refused", &Snapshot::refused);
  }
};

// Of the wire format; a decoder refuses every other.
inline constexpr std::int64_t kSnapshotVersion = 1;
// More is refused on both sides: 10,000 routers with their services take about 4 MiB.
inline constexpr std::size_t kSnapshotBytesMax = 64U << 20;

// JSON with the version; defaults are left out. The text holds private keys: it goes to the edge and nowhere else.
std::string encode(const Snapshot& snapshot);

// kInvalid for what is no snapshot, kUnsupported for another version, kLimit for a long one.
base::Result<Snapshot> decode(std::string_view text);

}  // namespace gatehouse::model
