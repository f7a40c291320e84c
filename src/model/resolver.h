// certificatesResolvers.<name>: where certificates come from. Pure values; defaults are Traefik's.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "model/anything.h"
#include "model/duration.h"
#include "model/trait.h"

namespace gatehouse::model {

// ocsp: its presence has the state of certificates asked for and shown to clients.
struct Ocsp {
  std::map<std::string, std::string> responder_overrides;  // URL in the certificate, URL to ask instead

  bool operator==(const Ocsp&) const = default;
  static void fields(auto& field) { field("responderOverrides", &Ocsp::responder_overrides); }
};

// External account binding.
struct Eab {
  std::string kid;
  base::Secret hmac_encoded;

  bool operator==(const Eab&) const = default;
  static void fields(auto& field) {
    field("kid", &Eab::kid);
    field("hmacEncoded", &Eab::hmac_encoded);
  }
};

struct AcmePropagation {
  bool disable_checks = false;
  bool disable_ans_checks = false;
  bool require_all_rns = false;
  Duration delay_before_checks{};

  bool operator==(const AcmePropagation&) const = default;
  static void fields(auto& field) {
    field("disableChecks", &AcmePropagation::disable_checks);
    field("disableANSChecks", &AcmePropagation::disable_ans_checks);
    field("requireAllRNS", &AcmePropagation::require_all_rns);
    field("delayBeforeChecks", &AcmePropagation::delay_before_checks);
  }
};

struct DnsChallenge {
  std::string provider;
  std::vector<std::string> resolvers;
  std::optional<AcmePropagation> propagation;
  Duration delay_before_check{};           // deprecated
  bool disable_propagation_check = false;  // deprecated

  bool operator==(const DnsChallenge&) const = default;
  static void fields(auto& field) {
    field("provider", &DnsChallenge::provider);
    field("resolvers", &DnsChallenge::resolvers);
    field("propagation", &DnsChallenge::propagation);
    field("delayBeforeCheck", &DnsChallenge::delay_before_check);
    field("disablePropagationCheck", &DnsChallenge::disable_propagation_check);
  }
};

struct HttpChallenge {
  std::string entry_point;
  Duration delay{};

  bool operator==(const HttpChallenge&) const = default;
  static void fields(auto& field) {
    field("entryPoint", &HttpChallenge::entry_point);
    field("delay", &HttpChallenge::delay);
  }
};

struct TlsChallenge {
  Duration delay{};

  bool operator==(const TlsChallenge&) const = default;
  static void fields(auto& field) { field("delay", &TlsChallenge::delay); }
};

// certificatesResolvers.<name>.acme; one challenge each.
struct AcmeResolver {
  std::string email;
  std::vector<std::string> email_addresses;
  std::string ca_server = "https://acme-v02.api.letsencrypt.org/directory";
  std::string preferred_chain;
  std::string profile;
  bool disable_common_name = false;
  std::string storage = "acme.json";
  std::string key_type = "RSA4096";  // EC256, EC384, RSA2048, RSA4096, RSA8192
  std::optional<Eab> eab;
  std::int64_t certificates_duration = 2160;  // hours
  Duration client_timeout = std::chrono::minutes(2);
  Duration client_response_header_timeout = std::chrono::seconds(30);
  Duration certificate_timeout = std::chrono::seconds(30);
  std::vector<std::string> ca_certificates;
  bool ca_system_cert_pool = false;
  std::string ca_server_name;
  std::optional<DnsChallenge> dns_challenge;
  std::optional<HttpChallenge> http_challenge;
  std::optional<TlsChallenge> tls_challenge;
  std::vector<std::string> fallback_resolvers;  // ours: who is asked when this one fails, in that order

  bool operator==(const AcmeResolver&) const = default;
  static void fields(auto& field) {
    field("email", &AcmeResolver::email);
    field("emailAddresses", &AcmeResolver::email_addresses);
    field("caServer", &AcmeResolver::ca_server);
    field("preferredChain", &AcmeResolver::preferred_chain);
    field("profile", &AcmeResolver::profile);
    field("disableCommonName", &AcmeResolver::disable_common_name);
    field("storage", &AcmeResolver::storage);
    field("keyType", &AcmeResolver::key_type);
    field("eab", &AcmeResolver::eab);
    field("certificatesDuration", &AcmeResolver::certificates_duration);
    field("clientTimeout", &AcmeResolver::client_timeout);
    field("clientResponseHeaderTimeout", &AcmeResolver::client_response_header_timeout);
    field("certificateTimeout", &AcmeResolver::certificate_timeout);
    field("caCertificates", &AcmeResolver::ca_certificates);
    field("caSystemCertPool", &AcmeResolver::ca_system_cert_pool);
    field("caServerName", &AcmeResolver::ca_server_name);
    field("dnsChallenge", &AcmeResolver::dns_challenge);
    field("httpChallenge", &AcmeResolver::http_challenge, trait::kBare);
    field("tlsChallenge", &AcmeResolver::tls_challenge, trait::kBare);
    field("fallbackResolvers", &AcmeResolver::fallback_resolvers);
  }
};

struct CertificatesResolver {
  std::optional<AcmeResolver> acme;
  Anything tailscale;

  bool operator==(const CertificatesResolver&) const = default;
  static void fields(auto& field) {
    field("acme", &CertificatesResolver::acme);
    field("tailscale", &CertificatesResolver::tailscale, trait::kBare | trait::kUnsupported);
  }
};

}  // namespace gatehouse::model
