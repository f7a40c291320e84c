// entryPoints.<name>: a port that the edge listens on, and how it treats what arrives there. Pure values; defaults are
// Traefik's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/duration.h"
#include "model/tls.h"
#include "model/trait.h"

namespace gatehouse::model {

struct LifeCycle {
  Duration request_accept_grace_timeout{};
  Duration grace_time_out = std::chrono::seconds(10);

  bool operator==(const LifeCycle&) const = default;
  static void fields(auto& field) {
    field("requestAcceptGraceTimeout", &LifeCycle::request_accept_grace_timeout);
    field("graceTimeOut", &LifeCycle::grace_time_out);
  }
};

// 0 is none.
struct RespondingTimeouts {
  Duration read_timeout = std::chrono::seconds(60);
  Duration write_timeout{};
  Duration idle_timeout = std::chrono::seconds(180);

  bool operator==(const RespondingTimeouts&) const = default;
  static void fields(auto& field) {
    field("readTimeout", &RespondingTimeouts::read_timeout);
    field("writeTimeout", &RespondingTimeouts::write_timeout);
    field("idleTimeout", &RespondingTimeouts::idle_timeout);
  }
};

struct EntryPointTransport {
  LifeCycle life_cycle;
  RespondingTimeouts responding_timeouts;
  Duration keep_alive_max_time{};
  std::int64_t keep_alive_max_requests = 0;

  bool operator==(const EntryPointTransport&) const = default;
  static void fields(auto& field) {
    field("lifeCycle", &EntryPointTransport::life_cycle);
    field("respondingTimeouts", &EntryPointTransport::responding_timeouts);
    field("keepAliveMaxTime", &EntryPointTransport::keep_alive_max_time);
    field("keepAliveMaxRequests", &EntryPointTransport::keep_alive_max_requests);
  }
};

// The PROXY protocol from load balancers in front of us.
struct EntryPointProxyProtocol {
  bool insecure = false;
  std::vector<std::string> trusted_ips;

  bool operator==(const EntryPointProxyProtocol&) const = default;
  static void fields(auto& field) {
    field("insecure", &EntryPointProxyProtocol::insecure);
    field("trustedIPs", &EntryPointProxyProtocol::trusted_ips);
  }
};

struct ForwardedHeaders {
  bool insecure = false;
  std::vector<std::string> trusted_ips;
  std::vector<std::string> connection;  // headers that Connection may name and so remove
  bool not_append_x_forwarded_for = false;
  bool add_x_forwarded_scheme_headers = false;

  bool operator==(const ForwardedHeaders&) const = default;
  static void fields(auto& field) {
    field("insecure", &ForwardedHeaders::insecure);
    field("trustedIPs", &ForwardedHeaders::trusted_ips);
    field("connection", &ForwardedHeaders::connection);
    field("notAppendXForwardedFor", &ForwardedHeaders::not_append_x_forwarded_for);
    field("addXForwardedSchemeHeaders", &ForwardedHeaders::add_x_forwarded_scheme_headers);
  }
};

struct RedirectEntryPoint {
  std::string to;  // name of an entry point, or :port
  std::string scheme = "https";
  bool permanent = true;
  std::int64_t priority = 9223372036854775806;  // below ACME's router, above all others

  bool operator==(const RedirectEntryPoint&) const = default;
  static void fields(auto& field) {
    field("to", &RedirectEntryPoint::to);
    field("scheme", &RedirectEntryPoint::scheme);
    field("permanent", &RedirectEntryPoint::permanent);
    field("priority", &RedirectEntryPoint::priority);
  }
};

struct Redirections {
  std::optional<RedirectEntryPoint> entry_point;

  bool operator==(const Redirections&) const = default;
  static void fields(auto& field) { field("entryPoint", &Redirections::entry_point); }
};

struct EntryPointEncodedCharacters {
  bool allow_encoded_slash = true;
  bool allow_encoded_back_slash = true;
  bool allow_encoded_null_character = false;  // unlike Traefik's: no path has one in earnest
  bool allow_encoded_semicolon = true;
  bool allow_encoded_percent = true;
  bool allow_encoded_question_mark = true;
  bool allow_encoded_hash = true;

  bool operator==(const EntryPointEncodedCharacters&) const = default;
  static void fields(auto& field) {
    field("allowEncodedSlash", &EntryPointEncodedCharacters::allow_encoded_slash);
    field("allowEncodedBackSlash", &EntryPointEncodedCharacters::allow_encoded_back_slash);
    field("allowEncodedNullCharacter", &EntryPointEncodedCharacters::allow_encoded_null_character);
    field("allowEncodedSemicolon", &EntryPointEncodedCharacters::allow_encoded_semicolon);
    field("allowEncodedPercent", &EntryPointEncodedCharacters::allow_encoded_percent);
    field("allowEncodedQuestionMark", &EntryPointEncodedCharacters::allow_encoded_question_mark);
    field("allowEncodedHash", &EntryPointEncodedCharacters::allow_encoded_hash);
  }
};

struct EntryPointHttp {
  std::optional<Redirections> redirections;
  std::vector<std::string> middlewares;  // run before those of every router
  std::optional<RouterTls> tls;          // for routers without one of their own
  EntryPointEncodedCharacters encoded_characters;
  bool encode_query_semicolons = false;
  bool sanitize_path = true;
  std::int64_t max_header_bytes = 1048576;
  std::string underscore_headers_strategy = "keep";  // keep, delete, reject

  bool operator==(const EntryPointHttp&) const = default;
  static void fields(auto& field) {
    field("redirections", &EntryPointHttp::redirections);
    field("middlewares", &EntryPointHttp::middlewares);
    field("tls", &EntryPointHttp::tls, trait::kBare);
    field("encodedCharacters", &EntryPointHttp::encoded_characters);
    field("encodeQuerySemicolons", &EntryPointHttp::encode_query_semicolons);
    field("sanitizePath", &EntryPointHttp::sanitize_path);
    field("maxHeaderBytes", &EntryPointHttp::max_header_bytes);
    field("underscoreHeadersStrategy", &EntryPointHttp::underscore_headers_strategy);
  }
};

struct EntryPointHttp2 {
  std::int64_t max_concurrent_streams = 250;
  std::int64_t max_decoder_header_table_size = 4096;
  std::int64_t max_encoder_header_table_size = 4096;

  bool operator==(const EntryPointHttp2&) const = default;
  static void fields(auto& field) {
    field("maxConcurrentStreams", &EntryPointHttp2::max_concurrent_streams);
    field("maxDecoderHeaderTableSize", &EntryPointHttp2::max_decoder_header_table_size);
    field("maxEncoderHeaderTableSize", &EntryPointHttp2::max_encoder_header_table_size);
  }
};

struct EntryPointHttp3 {
  std::int64_t advertised_port = 0;

  bool operator==(const EntryPointHttp3&) const = default;
  static void fields(auto& field) { field("advertisedPort", &EntryPointHttp3::advertised_port); }
};

struct EntryPointUdp {
  Duration timeout = std::chrono::seconds(3);

  bool operator==(const EntryPointUdp&) const = default;
  static void fields(auto& field) { field("timeout", &EntryPointUdp::timeout); }
};

struct EntryPointObservability {
  bool access_logs = true;
  bool metrics = true;
  bool tracing = true;
  std::string trace_verbosity = "minimal";

  bool operator==(const EntryPointObservability&) const = default;
  static void fields(auto& field) {
    field("accessLogs", &EntryPointObservability::access_logs);
    field("metrics", &EntryPointObservability::metrics);
    field("tracing", &EntryPointObservability::tracing);
    field("traceVerbosity", &EntryPointObservability::trace_verbosity);
  }
};

struct EntryPoint {
  std::string address;  // host:port[/tcp|udp]; see parse_address()
  bool allow_acme_by_pass = false;
  bool reuse_port = false;
  bool as_default = false;
  EntryPointTransport transport;
  std::optional<EntryPointProxyProtocol> proxy_protocol;
  ForwardedHeaders forwarded_headers;
  EntryPointHttp http;
  EntryPointHttp2 http2;
  std::optional<EntryPointHttp3> http3;
  EntryPointUdp udp;
  EntryPointObservability observability;

  bool operator==(const EntryPoint&) const = default;
  static void fields(auto& field) {
    field("address", &EntryPoint::address);
    field("allowACMEByPass", &EntryPoint::allow_acme_by_pass);
    field("reusePort", &EntryPoint::reuse_port);
    field("asDefault", &EntryPoint::as_default);
    field("transport", &EntryPoint::transport);
    field("proxyProtocol", &EntryPoint::proxy_protocol, trait::kBare);
    field("forwardedHeaders", &EntryPoint::forwarded_headers);
    field("http", &EntryPoint::http);
    field("http2", &EntryPoint::http2);
    field("http3", &EntryPoint::http3, trait::kBare | trait::kUnsupported);
    field("udp", &EntryPoint::udp);
    field("observability", &EntryPoint::observability);
  }
};

// Where an entry point listens.
struct Address {
  std::string host;  // empty: every address of the machine
  std::uint16_t port = 0;
  bool udp = false;

  bool operator==(const Address&) const = default;
};

// host:port, [v6]:port or :port, then /tcp or /udp; kInvalid names what is wrong.
base::Result<Address> parse_address(std::string_view text);

}  // namespace gatehouse::model
