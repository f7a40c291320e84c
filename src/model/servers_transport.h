// http.serversTransports.<name> and tcp.serversTransports.<name>: how the edge talks to servers. Pure values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/duration.h"
#include "model/tls.h"
#include "model/trait.h"

namespace gatehouse::model {

struct Spiffe {
  std::vector<std::string> ids;
  std::string trust_domain;

  bool operator==(const Spiffe&) const = default;
  static void fields(auto& field) {
    field("ids", &Spiffe::ids);
    field("trustDomain", &Spiffe::trust_domain);
  }
};

struct ForwardingTimeouts {
  Duration dial_timeout = std::chrono::seconds(30);
  Duration response_header_timeout{};  // 0: none
  Duration idle_conn_timeout = std::chrono::seconds(90);
  Duration read_idle_timeout{};  // HTTP/2: ping after so long without a frame; 0: never
  Duration ping_timeout = std::chrono::seconds(15);

  bool operator==(const ForwardingTimeouts&) const = default;
  static void fields(auto& field) {
    field("dialTimeout", &ForwardingTimeouts::dial_timeout);
    field("responseHeaderTimeout", &ForwardingTimeouts::response_header_timeout);
    field("idleConnTimeout", &ForwardingTimeouts::idle_conn_timeout);
    field("readIdleTimeout", &ForwardingTimeouts::read_idle_timeout);
    field("pingTimeout", &ForwardingTimeouts::ping_timeout);
  }
};

struct ServersTransport {
  std::string server_name;
  bool insecure_skip_verify = false;
  std::vector<std::string> root_cas;  // paths or PEM text
  std::vector<CertificateFiles> certificates;
  std::vector<std::string> cipher_suites;
  std::string min_version;
  std::string max_version;
  std::int64_t max_idle_conns_per_host = 200;
  ForwardingTimeouts forwarding_timeouts;
  bool disable_http2 = false;
  std::string peer_cert_uri;
  std::vector<std::string> peer_cert_sans;
  std::optional<Spiffe> spiffe;

  bool operator==(const ServersTransport&) const = default;
  static void fields(auto& field) {
    field("serverName", &ServersTransport::server_name);
    field("insecureSkipVerify", &ServersTransport::insecure_skip_verify);
    field("rootCAs", &ServersTransport::root_cas);
    field("certificates", &ServersTransport::certificates);
    field("cipherSuites", &ServersTransport::cipher_suites);
    field("minVersion", &ServersTransport::min_version);
    field("maxVersion", &ServersTransport::max_version);
    field("maxIdleConnsPerHost", &ServersTransport::max_idle_conns_per_host);
    field("forwardingTimeouts", &ServersTransport::forwarding_timeouts);
    field("disableHTTP2", &ServersTransport::disable_http2);
    field("peerCertURI", &ServersTransport::peer_cert_uri, trait::kUnsupported);
    field("peerCertSANs", &ServersTransport::peer_cert_sans, trait::kUnsupported);
    field("spiffe", &ServersTransport::spiffe, trait::kUnsupported);
  }
};

}  // namespace gatehouse::model
