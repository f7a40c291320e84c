#include "tls/options_profile.h"

#include <algorithm>
#include <cstring>
#include <span>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/text.h"
#include "tls/certificate_chain.h"
#include "tls/openssl.h"

namespace gatehouse::tls {

using base::ErrorCode;
using base::Fault;
using base::Result;

namespace {

// AEAD with forward secrecy only. AES-128 first: it is the cheapest by far with hardware AES, and no attack comes near.
constexpr const char* kCiphers12 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* kCiphers13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* kGroups = "X25519:P-256:P-384";

struct Curve {
  std::string_view name;
  std::string_view openssl_name;
};
constexpr Curve kCurves[] = {{"X25519", "X25519"}, {"CurveP256", "P-256"}, {"P256", "P-256"}, {"CurveP384", "P-384"},
                             {"P384", "P-384"},    {"CurveP521", "P-521"}, {"P521", "P-521"}};

base::Failure invalid(std::string message) {
  return base::fail(ErrorCode::kInvalid, Fault::kOperator, std::move(message));
}

// What Go knows and this OpenSSL does not: left out as long as something is left.
constexpr std::string_view kAbsentCurves[] = {"X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024"};
constexpr std::string_view kAbsentCiphers[] = {"TLS_FALLBACK_SCSV",
                                               "TLS_RSA_WITH_RC4_128_SHA",
                                               "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
                                               "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
                                               "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
                                               "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"};

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::any_of(names, [&](std::string_view known) { return base::iequals(known, name); });
}

Result<std::string> parse_curves(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) {
    const auto found =
        std::ranges::find_if(kCurves, [&](const Curve& curve) { return base::iequals(curve.name, name); });
    if (is_one_of(kAbsentCurves, name)) continue;
    if (found == std::end(kCurves)) {
      return invalid(fmt::format("the curve {} is not known: use X25519, CurveP256, CurveP384 or CurveP521", name));
    }
    if (!list.empty()) list += ':';
    list += found->openssl_name;
  }
  if (list.empty() && !names.empty()) {
    return invalid("none of its curvePreferences is to be had here: add X25519 or CurveP256");
  }
  return list;
}

std::array<unsigned char, 32> digest_of(std::string_view content) {
  std::array<unsigned char, 32> digest{};
  EVP_Digest(content.data(), content.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

int accept_any_certificate(int, X509_STORE_CTX*) { return 1; }

}  // namespace

void set_server_policy(ssl_ctx_st* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA | SSL_OP_NO_RENEGOTIATION |
                                   SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_cipher_list(context, kCiphers12);
  SSL_CTX_set_ciphersuites(context, kCiphers13);
  SSL_CTX_set1_groups_list(context, kGroups);
}

Result<int> parse_version(std::string_view name) {
  if (name.empty()) return 0;
  if (base::iequals(name, "VersionTLS10")) return TLS1_VERSION;
  if (base::iequals(name, "VersionTLS11")) return TLS1_1_VERSION;
  if (base::iequals(name, "VersionTLS12")) return TLS1_2_VERSION;
  if (base::iequals(name, "VersionTLS13")) return TLS1_3_VERSION;
  return invalid(fmt::format("the TLS version {} is not known: use VersionTLS12 or VersionTLS13", name));
}

Result<std::string> parse_cipher_suites(const std::vector<std::string>& names) {
  std::string list;
  bool has_absent = false;
  for (const auto& name : names) {
    if (is_one_of(kAbsentCiphers, name)) {
      has_absent = true;
      continue;
    }
    // Go's older names of two suites end where IANA's go on.
    const auto iana_name = name.ends_with("_CHACHA20_POLY1305") ? name + "_SHA256" : name;
    const std::string_view openssl_name = OPENSSL_cipher_name(iana_name.c_str());
    if (openssl_name == "(NONE)") return invalid(fmt::format("the cipher suite {} is not known", name));
    if (openssl_name.starts_with("TLS_")) continue;  // of TLS 1.3, whose suites are not chosen here
    if (!list.empty()) list += ':';
    list += openssl_name;
  }
  if (list.empty() && has_absent) return invalid("none of its cipherSuites is to be had here: they are not safe");
  return list;
}

Result<OptionsProfile> OptionsProfile::make(std::string name, const ServerOptions& options,
                                            const std::vector<std::string>& protocols) {
  OptionsProfile profile;
  profile.name_ = std::move(name);
  BASE_TRY(profile.min_version_, parse_version(options.min_version));
  BASE_TRY(profile.max_version_, parse_version(options.max_version));
  const int lowest = profile.min_version_ != 0 ? profile.min_version_ : TLS1_2_VERSION;
  if (profile.max_version_ != 0 && profile.max_version_ < lowest) return invalid("maxVersion is below minVersion");
  BASE_TRY(profile.ciphers_, parse_cipher_suites(options.cipher_suites));
  BASE_TRY(profile.groups_, parse_curves(options.curve_preferences));
  BASE_CHECK(profile.set_client_auth(options));
  profile.sni_strict_ = options.sni_strict;
  profile.session_tickets_ = options.session_tickets;
  for (const auto& protocol : options.alpn_protocols) {
    if (std::ranges::find(protocols, protocol) != protocols.end()) profile.protocols_.push_back(protocol);
  }
  profile.configured_protocols_ = options.alpn_protocols;
  profile.identify(options);
  return profile;
}

OptionsProfile OptionsProfile::refusing(std::string name) {
  OptionsProfile profile;
  profile.name_ = std::move(name);
  profile.refuses_all_ = true;
  profile.identify({.client_auth = "none can pass"});
  return profile;
}

Result<void> OptionsProfile::set_client_auth(const ServerOptions& options) {
  // Whoever names authorities and no type means to verify.
  const std::string_view unset = options.client_cas.empty() ? "NoClientCert" : "RequireAndVerifyClientCert";
  const std::string_view type = options.client_auth.empty() ? unset : options.client_auth;
  if (base::iequals(type, "NoClientCert")) return {};
  if (base::iequals(type, "RequestClientCert")) {
    verify_mode_ = SSL_VERIFY_PEER;
  } else if (base::iequals(type, "RequireAnyClientCert")) {
    verify_mode_ = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  } else if (base::iequals(type, "VerifyClientCertIfGiven")) {
    verify_mode_ = SSL_VERIFY_PEER;
    verifies_ = true;
  } else if (base::iequals(type, "RequireAndVerifyClientCert")) {
    verify_mode_ = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    verifies_ = true;
  } else {
    return invalid(fmt::format("the clientAuthType {} is not known: use RequireAndVerifyClientCert", type));
  }
  if (options.client_cas.empty() && verifies_)
    return invalid("its clientAuth verifies certificates and has no caFiles");
  client_cas_ = {X509_STORE_new(), X509_STORE_free};
  client_ca_names_ = {sk_X509_NAME_new_null(), [](auto* names) { sk_X509_NAME_pop_free(names, X509_NAME_free); }};
  for (const auto& pem : options.client_cas) {
    auto chain = CertificateChain::from_pem(pem);
    if (!chain) return base::fail(std::move(chain).error().within("its clientAuth.caFiles"));
    for (const auto& certificate : chain->native()) {
      X509_STORE_add_cert(client_cas_.get(), certificate.get());
      sk_X509_NAME_push(client_ca_names_.get(), X509_NAME_dup(X509_get_subject_name(certificate.get())));
    }
  }
  return {};
}

// The name is part of it: two options of equal content may be asked for by hosts that must not be confused.
void OptionsProfile::identify(const ServerOptions& options) {
  std::string content = name_;
  const auto add = [&content](std::string_view part) { content += '\0', content += part; };
  add(options.client_auth);
  for (const auto& pem : options.client_cas) add(pem);
  const auto demands = digest_of(content);
  std::memcpy(&policy_, demands.data(), sizeof policy_);
  policy_ = std::max<TlsPolicy>(policy_, kNoTlsPolicy + 1);
  add(options.min_version), add(options.max_version), add(ciphers_), add(groups_);
  session_context_ = digest_of(content);
}

bool OptionsProfile::apply(ssl_st* ssl) const {
  bool applied =
      SSL_set_session_id_context(ssl, session_context_.data(), static_cast<unsigned>(session_context_.size())) == 1;
  if (min_version_ != 0) applied &= SSL_set_min_proto_version(ssl, min_version_) == 1;
  if (max_version_ != 0) applied &= SSL_set_max_proto_version(ssl, max_version_) == 1;
  // TLS 1.0 and 1.1 sign with SHA-1, which OpenSSL allows at level 0 only.
  if (min_version_ != 0 && min_version_ < TLS1_2_VERSION) SSL_set_security_level(ssl, 0);
  if (!ciphers_.empty()) applied &= SSL_set_cipher_list(ssl, ciphers_.c_str()) == 1;
  if (!groups_.empty()) applied &= SSL_set1_groups_list(ssl, groups_.c_str()) == 1;
  if (!session_tickets_) {
    SSL_set_options(ssl, SSL_OP_NO_TICKET);
    SSL_set_num_tickets(ssl, 0);
  }
  if (verify_mode_ != 0) {
    SSL_set_verify(ssl, verify_mode_, verifies_ ? nullptr : accept_any_certificate);
    applied &= SSL_set1_verify_cert_store(ssl, client_cas_.get()) == 1;
    SSL_set0_CA_list(ssl, SSL_dup_CA_list(client_ca_names_.get()));
  }
  return applied;
}

namespace {

std::string_view choose(const std::vector<std::string>& protocols, std::string_view offered) {
  for (const auto& protocol : protocols) {
    for (auto rest = offered; !rest.empty();) {
      const auto size = static_cast<unsigned char>(rest.front());
      if (rest.substr(1, size) == protocol) return protocol;
      rest.remove_prefix(std::min<std::size_t>(1U + size, rest.size()));
    }
  }
  return {};
}

}  // namespace

std::string_view OptionsProfile::choose_protocol(std::string_view offered) const { return choose(protocols_, offered); }

std::string_view OptionsProfile::choose_configured(std::string_view offered) const {
  return choose(configured_protocols_, offered);
}

}  // namespace gatehouse::tls
