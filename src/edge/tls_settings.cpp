#include "edge/tls_settings.h"

#include <fmt/format.h>

#include "format/base64.h"
#include "model/rule.h"

namespace gatehouse::edge {

namespace {

tls::CertificateSource source_of(const model::SnapshotCertificate& certificate) {
  return {.names = certificate.names,
          .chain = certificate.chain,
          .key = certificate.key,
          .ocsp = format::decode_base64(certificate.ocsp).value_or("")};
}

tls::ServerOptions options_of(const model::TlsOptions& options) {
  return {.min_version = options.min_version,
          .max_version = options.max_version,
          .cipher_suites = options.cipher_suites,
          .curve_preferences = options.curve_preferences,
          .client_cas = options.client_auth.ca_files,
          .client_auth = options.client_auth.client_auth_type,
          .sni_strict = options.sni_strict,
          .alpn_protocols = options.alpn_protocols,
          .session_tickets = !options.disable_session_tickets};
}

bool asks_for_certificates(const model::Snapshot& snapshot, const std::string& options) {
  const auto found = snapshot.tls.options.find(options);
  return found != snapshot.tls.options.end() && found->second.client_auth != model::ClientAuth{};
}

}  // namespace

tls::ServerSettings tls_settings(const model::Snapshot& snapshot,
                                 const std::function<void(std::string object, std::string message)>& report) {
  tls::ServerSettings settings;
  settings.protocols = {"h2", "http/1.1"};
  for (const auto& certificate : snapshot.tls.certificates) settings.certificates.push_back(source_of(certificate));
  if (snapshot.tls.default_certificate) settings.default_certificate = source_of(*snapshot.tls.default_certificate);
  for (const auto& token : snapshot.acme_tokens) {
    if (token.by_tls) settings.challenges[token.host] = token.key_authorisation;
  }
  for (const auto& [name, options] : snapshot.tls.options) settings.options[name] = options_of(options);
  for (const auto& router : snapshot.routers) {
    if (!router.tls) continue;
    const auto rule = model::parse_rule(router.rule, model::rule_syntax(router.rule_syntax));
    if (!rule) continue;  // the route table tells of it
    const std::string options = router.tls_options.empty() ? tls::kDefaultOptions : router.tls_options;
    auto hosts = model::rule_hosts(*rule);
    std::erase(hosts, "*");  // says nothing of which
    if (hosts.empty() && options != tls::kDefaultOptions) {
      report("TLS options " + options,
             fmt::format("the rule of router {} names no host, so that no handshake can go by them: {}", router.name,
                         asks_for_certificates(snapshot, options) ? "it answers 421 until it names one"
                                                                  : "those of the host that is asked for apply"));
    }
    for (const auto& host : hosts) {
      const auto [known, is_new] = settings.options_by_host.emplace(host, options);
      if (is_new || known->second == options) continue;
      report("host " + host,
             fmt::format("router {} wants the TLS options \"{}\", where another one wants \"{}\": the default options "
                         "apply, and a router whose options ask for client certificates answers 421",
                         router.name, options, known->second));
      known->second = tls::kDefaultOptions;
    }
  }
  return settings;
}

}  // namespace gatehouse::edge
