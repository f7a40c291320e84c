// TLS in the configuration: what routers and entry points ask for, and the certificates, options and stores of files.
// Pure values; defaults and names are Traefik's (reference: its documentation of tls.options and tls.stores).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "model/trait.h"

namespace gatehouse::model {

// The names of one certificate.
struct Domain {
  std::string main;
  std::vector<std::string> sans;

  bool operator==(const Domain&) const = default;
  static void fields(auto& field) {
    field("main", &Domain::main);
    field("sans", &Domain::sans);
  }
};

// `tls` of a router or an entry point: its presence makes a router answer on TLS connections only.
struct RouterTls {
  std::string options;        // name of a TlsOptions; empty: default
  std::string cert_resolver;  // name of a certificates resolver; empty: whatever certificate is there
  std::vector<Domain> domains;

  bool operator==(const RouterTls&) const = default;
  static void fields(auto& field) {
    field("options", &RouterTls::options);
    field("certResolver", &RouterTls::cert_resolver);
    field("domains", &RouterTls::domains);
  }
};

// A certificate and its key: each the path of a PEM file, or the PEM text itself.
struct CertificateFiles {
  std::string cert_file;
  base::Secret key_file;

  bool operator==(const CertificateFiles&) const = default;
  static void fields(auto& field) {
    field("certFile", &CertificateFiles::cert_file);
    field("keyFile", &CertificateFiles::key_file);
  }
};

// tls.certificates[n]
struct TlsCertificate {
  std::string cert_file;
  base::Secret key_file;
  std::vector<std::string> stores;

  bool operator==(const TlsCertificate&) const = default;
  static void fields(auto& field) {
    field("certFile", &TlsCertificate::cert_file);
    field("keyFile", &TlsCertificate::key_file);
    field("stores", &TlsCertificate::stores);
  }
};

struct ClientAuth {
  std::vector<std::string> ca_files;  // paths or PEM text
  std::string client_auth_type;       // NoClientCert (default), RequestClientCert, RequireAnyClientCert,
                                      // VerifyClientCertIfGiven, RequireAndVerifyClientCert

  bool operator==(const ClientAuth&) const = default;
  static void fields(auto& field) {
    field("caFiles", &ClientAuth::ca_files);
    field("clientAuthType", &ClientAuth::client_auth_type);
  }
};

// tls.options.<name>
struct TlsOptions {
  std::string min_version;                     // VersionTLS10..VersionTLS13; empty: VersionTLS12
  std::string max_version;                     // empty: the newest
  std::vector<std::string> cipher_suites;      // IANA names, for TLS 1.2 and older; empty: the library's
  std::vector<std::string> curve_preferences;  // X25519, CurveP256 (P256), ...; empty: the library's
  ClientAuth client_auth;
  bool sni_strict = false;  // refuse a connection whose name has no certificate
  std::vector<std::string> alpn_protocols{"h2", "http/1.1", "acme-tls/1"};
  bool disable_session_tickets = false;
  bool prefer_server_cipher_suites = false;  // deprecated, without effect

  bool operator==(const TlsOptions&) const = default;
  static void fields(auto& field) {
    field("minVersion", &TlsOptions::min_version);
    field("maxVersion", &TlsOptions::max_version);
    field("cipherSuites", &TlsOptions::cipher_suites);
    field("curvePreferences", &TlsOptions::curve_preferences);
    field("clientAuth", &TlsOptions::client_auth);
    field("sniStrict", &TlsOptions::sni_strict);
    field("alpnProtocols", &TlsOptions::alpn_protocols);
    field("disableSessionTickets", &TlsOptions::disable_session_tickets);
    field("preferServerCipherSuites", &TlsOptions::prefer_server_cipher_suites);
  }
};

// A default certificate that a resolver obtains.
struct GeneratedCertificate {
  std::string resolver;
  Domain domain;

  bool operator==(const GeneratedCertificate&) const = default;
  static void fields(auto& field) {
    field("resolver", &GeneratedCertificate::resolver);
    field("domain", &GeneratedCertificate::domain);
  }
};

// tls.stores.<name>; only the one named default counts
struct TlsStore {
  std::optional<CertificateFiles> default_certificate;
  std::optional<GeneratedCertificate> default_generated_cert;

  bool operator==(const TlsStore&) const = default;
  static void fields(auto& field) {
    field("defaultCertificate", &TlsStore::default_certificate, trait::kNotInLabels);
    field("defaultGeneratedCert", &TlsStore::default_generated_cert);
  }
};

// The `tls` section of a dynamic configuration.
struct TlsConfig {
  std::vector<TlsCertificate> certificates;
  std::map<std::string, TlsOptions> options;
  std::map<std::string, TlsStore> stores;

  bool operator==(const TlsConfig&) const = default;
  static void fields(auto& field) {
    field("certificates", &TlsConfig::certificates, trait::kNotInLabels);
    field("options", &TlsConfig::options, trait::kNotInLabels);
    field("stores", &TlsConfig::stores);
  }
};

// TLS towards a server of ours or a helper of the operator: forwardAuth, Redis, the Docker engine.
struct ClientTls {
  std::string ca;    // path or PEM text
  std::string cert;  // path or PEM text
  base::Secret key;  // path or PEM text
  bool insecure_skip_verify = false;
  bool ca_optional = false;  // deprecated, without effect

  bool operator==(const ClientTls&) const = default;
  static void fields(auto& field) {
    field("ca", &ClientTls::ca);
    field("cert", &ClientTls::cert);
    field("key", &ClientTls::key);
    field("insecureSkipVerify", &ClientTls::insecure_skip_verify);
    field("caOptional", &ClientTls::ca_optional);
  }
};

}  // namespace gatehouse::model
