// What ServerContexts are made from: certificates with their keys, and TLS options by name. Plain values that the
// layers above fill in from the configuration; the words are Traefik's (tls.options, tls.stores). Pure, any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"

namespace gatehouse::tls {

struct CertificateSource {
  std::vector<std::string> names;  // empty: those that the certificate says
  std::string chain;               // PEM, the leaf first
  base::Secret key;                // PEM
  std::string ocsp{};              // the authority's word for it, DER; empty: none
};

struct ServerOptions {
  std::string min_version{};                     // VersionTLS10..VersionTLS13; empty: VersionTLS12
  std::string max_version{};                     // empty: the newest
  std::vector<std::string> cipher_suites{};      // IANA names, for TLS 1.2 and older; empty: ours
  std::vector<std::string> curve_preferences{};  // X25519, CurveP256, P256, ...; empty: ours
  std::vector<std::string> client_cas{};         // PEM
  std::string client_auth{};                     // NoClientCert (also empty), RequestClientCert, RequireAnyClientCert,
                                                 // VerifyClientCertIfGiven, RequireAndVerifyClientCert
  bool sni_strict = false;                       // refuse a connection whose name has no certificate
  std::vector<std::string> alpn_protocols{};     // in order of preference
  bool session_tickets = true;
};

struct ServerSettings {
  std::vector<CertificateSource> certificates;
  std::optional<CertificateSource> default_certificate;  // none: a self-signed one is made
  std::map<std::string, ServerOptions> options;          // "default" serves every host that has none of its own
  // The name of a host's options: the host in lower case without the root's dot, or "*.parent" for one label below.
  std::map<std::string, std::string> options_by_host;
  std::map<std::string, std::string> challenges;      // host, key authorisation: TLS-ALPN-01 (RFC 8737)
  std::vector<std::string> protocols = {"http/1.1"};  // those of alpn_protocols that the caller speaks
};

inline constexpr const char* kDefaultOptions = "default";
// What a certificate authority speaks that wants to see a challenge's certificate, and nothing after the handshake.
inline constexpr const char* kChallengeProtocol = "acme-tls/1";

// What a handshake has proven of the client, as a number: made from the name of its options and from what they demand
// of client certificates, and the same in every configuration that says the same. A request may only be answered on a
// connection of its host's policy, else whoever is let in by one host gets into every other.
using TlsPolicy = std::uint64_t;
inline constexpr TlsPolicy kNoTlsPolicy = 0;  // of a plain connection

}  // namespace gatehouse::tls
