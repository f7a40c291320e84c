#include "tls/server_contexts.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <openssl/err.h>

#include "base/ip_address.h"
#include "base/text.h"
#include "net/socket_address.h"
#include "tls/certificate_chain.h"
#include "tls/default_certificate.h"
#include "tls/ocsp.h"
#include "tls/openssl.h"
#include "tls/server_handshake.h"
#include "tls/sni.h"

namespace gatehouse::tls {

using base::Result;

// A certificate of the settings, parsed and checked.
struct ServerContexts::Loaded {
  CertificateChain chain;
  PrivateKey key;
  std::vector<std::string> names;
  std::string ocsp;
};

namespace {

// The authority's word for one of a context's certificates, for as long as it is good.
struct Staple {
  const X509* leaf;
  std::string response;
  WallTime end;
};
using Staples = std::vector<Staple>;

// OpenSSL takes the copy.
int on_status_request(SSL* ssl, void* argument) {
  const auto* leaf = SSL_get_certificate(ssl);
  const auto now = std::chrono::system_clock::now();
  for (const auto& staple : *static_cast<const Staples*>(argument)) {
    if (staple.leaf != leaf || staple.end <= now) continue;
    auto* copy = OPENSSL_memdup(staple.response.data(), staple.response.size());
    if (copy == nullptr) break;
    SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(staple.response.size()));
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_NOACK;
}

void add_staple(Staples& staples, const CertificateChain& chain, const std::string& response) {
  if (response.empty()) return;
  const auto answer = read_ocsp(chain, response, std::chrono::system_clock::now());
  if (answer && answer->status == OcspAnswer::Status::kGood) staples.push_back({chain.leaf(), response, answer->to});
}

int on_alpn(SSL* ssl, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
            unsigned offered_size, void*) {
  const auto* handshake = handshake_of(ssl);
  if (handshake == nullptr) return SSL_TLSEXT_ERR_NOACK;
  const std::string_view list(reinterpret_cast<const char*>(offered), offered_size);
  const auto& options = *handshake->options;
  // Within a TCP router's connection is spoken what we do not know: there it is no error to have nothing in common.
  const bool is_ours = handshake->wanted_options.empty();
  const auto protocol = is_ours ? options.choose_protocol(list) : options.choose_configured(list);
  if (protocol.empty() && (!is_ours || !options.has_protocols())) return SSL_TLSEXT_ERR_NOACK;
  if (protocol.empty()) return SSL_TLSEXT_ERR_ALERT_FATAL;  // RFC 7301 section 3.2
  *chosen = reinterpret_cast<const unsigned char*>(protocol.data());
  *size = static_cast<unsigned char>(protocol.size());
  return SSL_TLSEXT_ERR_OK;
}

std::shared_ptr<SSL_CTX> make_context(Staples staples = {}) {
  auto kept = staples.empty() ? nullptr : std::make_unique<Staples>(std::move(staples));
  auto* stapled = kept.get();
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()),
                                   [kept = std::move(kept)](SSL_CTX* made) { SSL_CTX_free(made); });
  if (!context) throw std::runtime_error("OpenSSL cannot make a context: " + take_openssl_error());
  // A connection looks up both in the context that it was switched to, not in the one that it began with.
  set_server_policy(context.get());
  SSL_CTX_set_alpn_select_cb(context.get(), on_alpn, nullptr);
  if (stapled != nullptr) {
    SSL_CTX_set_tlsext_status_cb(context.get(), on_status_request);
    SSL_CTX_set_tlsext_status_arg(context.get(), stapled);
  }
  return context;
}

bool use_certificate(SSL_CTX* context, const CertificateChain& chain, const PrivateKey& key) {
  const std::unique_ptr<STACK_OF(X509), decltype([](auto* stack) { sk_X509_free(stack); })> rest(sk_X509_new_null());
  for (std::size_t i = 1; i < chain.native().size(); ++i) sk_X509_push(rest.get(), chain.native()[i].get());
  return SSL_CTX_use_cert_and_key(context, chain.leaf(), key.native(), rest.get(), 1) == 1;
}

std::string names_text(const CertificateSource& source) {
  return source.names.empty() ? "certificate" : "certificate of " + base::join(source.names, ", ");
}

}  // namespace

std::shared_ptr<const ServerContexts> ServerContexts::compile(const ServerSettings& settings,
                                                              const ServerContexts* previous, const Report& report) {
  auto contexts = std::make_shared<ServerContexts>();
  contexts->ticket_keys_ = previous != nullptr ? previous->ticket_keys_ : std::make_shared<TicketKeys>();
  contexts->base_ = make_context();
  auto* base = contexts->base_.get();
  SSL_CTX_set_mode(base,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(base, 1);                           // a record in one system call, not two
  SSL_CTX_set_session_cache_mode(base, SSL_SESS_CACHE_OFF);  // clients keep sessions, in tickets
  SSL_CTX_set_num_tickets(base, 1);
  SSL_CTX_set_timeout(base, std::chrono::seconds(TicketKeys::kRotation).count());
  SSL_CTX_set_client_hello_cb(base, on_client_hello, nullptr);
  TicketKeys::install(base);
  contexts->set_default_certificate(settings, previous, report);
  contexts->add_certificates(settings, previous, report);
  contexts->add_options(settings, report);
  contexts->add_challenges(settings, previous);
  return contexts;
}

void ServerContexts::set_default_certificate(const ServerSettings& settings, const ServerContexts* previous,
                                             const Report& report) {
  if (settings.default_certificate) {
    const auto& source = *settings.default_certificate;
    auto loaded = load_certificate(source);
    if (loaded && use_certificate(base_.get(), loaded->chain, loaded->key)) return;
    report("default certificate", loaded ? take_openssl_error() : loaded.error().message);
  }
  self_signed_ = previous != nullptr && !previous->self_signed_.chain.empty() ? previous->self_signed_
                                                                              : make_default_certificate();
  const auto loaded = load_certificate(self_signed_);
  if (!loaded || !use_certificate(base_.get(), loaded->chain, loaded->key)) {
    throw std::runtime_error("OpenSSL cannot use a certificate of its own: " + take_openssl_error());
  }
}

// Several certificates may hold one name: of each kind of key the one that lives longest serves.
void ServerContexts::add_certificates(const ServerSettings& settings, const ServerContexts* previous,
                                      const Report& report) {
  std::vector<Loaded> loaded;
  loaded.reserve(settings.certificates.size());
  for (const auto& source : settings.certificates) {
    auto certificate = load_certificate(source);
    if (!certificate) {
      report(names_text(source), certificate.error().message);
      continue;
    }
    auto names = source.names.empty() ? certificate->chain.names() : source.names;
    loaded.push_back({std::move(certificate->chain), std::move(certificate->key), std::move(names), source.ocsp});
  }
  std::map<std::string, std::vector<const Loaded*>> by_name;
  for (const auto& certificate : loaded) {
    for (const auto& name : certificate.names) by_name[base::to_lower(name)].push_back(&certificate);
  }
  for (const auto& [name, candidates] : by_name) {
    std::vector<const Loaded*> chosen;
    for (const bool elliptic : {true, false}) {
      const Loaded* best = nullptr;
      for (const auto* candidate : candidates) {
        if (candidate->chain.is_elliptic() != elliptic) continue;
        if (best == nullptr || candidate->chain.not_after() > best->chain.not_after()) best = candidate;
      }
      if (best != nullptr) chosen.push_back(best);
    }
    auto context = context_of(chosen, previous, report);
    if (!context) continue;
    has_addresses_ |= base::IpAddress::parse(name).has_value();
    if (name.starts_with("*.")) {
      wildcards_.emplace(name.substr(1), std::move(context));
    } else {
      exact_.emplace(name, std::move(context));
    }
  }
}

ServerContexts::Context ServerContexts::context_of(const std::vector<const Loaded*>& certificates,
                                                   const ServerContexts* previous, const Report& report) {
  std::string identity;
  for (const auto* certificate : certificates) identity += certificate->chain.fingerprint() + certificate->ocsp;
  if (const auto made = contexts_.find(identity); made != contexts_.end()) return made->second;
  Context context;
  if (previous != nullptr) {
    if (const auto made = previous->contexts_.find(identity); made != previous->contexts_.end()) context = made->second;
  }
  if (!context) {
    Staples staples;
    for (const auto* certificate : certificates) add_staple(staples, certificate->chain, certificate->ocsp);
    context = make_context(std::move(staples));
    std::size_t used = 0;
    for (const auto* certificate : certificates) {
      if (use_certificate(context.get(), certificate->chain, certificate->key)) {
        ++used;
      } else {
        report("certificate of " + base::join(certificate->names, ", "), "OpenSSL refuses it: " + take_openssl_error());
      }
    }
    if (used == 0) context = nullptr;
  }
  contexts_.emplace(std::move(identity), context);
  return context;
}

void ServerContexts::add_options(const ServerSettings& settings, const Report& report) {
  for (const auto& [name, options] : settings.options) {
    auto profile = OptionsProfile::make(name, options, settings.protocols);
    if (!profile) {
      report("TLS options " + name, profile.error().message + "; its hosts are refused until it is mended");
      profile = OptionsProfile::refusing(name);
    }
    options_.emplace(name, *std::move(profile));
  }
  if (!options_.contains(kDefaultOptions)) {
    ServerOptions plain;
    plain.alpn_protocols = settings.protocols;
    options_.emplace(kDefaultOptions, *OptionsProfile::make(kDefaultOptions, plain, settings.protocols));
  }
  default_options_ = &options_.find(kDefaultOptions)->second;
  for (const auto& [host, name] : settings.options_by_host) {
    auto found = options_.find(name);
    if (found == options_.end()) {
      report("TLS options " + name, fmt::format("do not exist; {} is refused until they do", host));
      found = options_.emplace(name, OptionsProfile::refusing(name)).first;
    }
    auto& by_name = host.starts_with("*.") ? options_by_parent_ : options_by_host_;
    by_name.emplace(host.starts_with("*.") ? host.substr(1) : host, &found->second);
    has_one_policy_ = has_one_policy_ && &found->second == default_options_;
  }
}

void ServerContexts::add_challenges(const ServerSettings& settings, const ServerContexts* previous) {
  if (settings.challenges.empty()) return;
  const std::string protocol = kChallengeProtocol;
  challenge_options_ =
      *OptionsProfile::make(protocol, {.alpn_protocols = {protocol}, .session_tickets = false}, {protocol});
  for (const auto& [host, key_authorisation] : settings.challenges) {
    if (previous != nullptr) {
      const auto known = previous->challenges_.find(host);
      if (known != previous->challenges_.end() && known->second.key_authorisation == key_authorisation) {
        challenges_.emplace(host, known->second);
        continue;
      }
    }
    const auto made = make_challenge_certificate(host, key_authorisation);
    auto context = make_context();
    if (made && use_certificate(context.get(), made->chain, made->key)) {
      challenges_.emplace(host, Challenge{key_authorisation, std::move(context)});
    }
  }
}

const OptionsProfile& ServerContexts::options_of(std::string_view host) const {
  if (const auto found = options_by_host_.find(host); found != options_by_host_.end()) return *found->second;
  if (options_by_parent_.empty()) return *default_options_;
  const auto found = options_by_parent_.find(host.substr(std::min(host.find('.'), host.size())));
  return found == options_by_parent_.end() ? *default_options_ : *found->second;
}

TlsPolicy ServerContexts::guarding_policy(std::string_view options) const {
  const auto found = options_.find(options);
  if (found == options_.end()) return OptionsProfile::refusing(std::string(options)).policy();
  const auto& profile = found->second;
  return profile.refuses_all() || profile.wants_client_certificate() ? profile.policy() : kNoTlsPolicy;
}

ssl_ctx_st* ServerContexts::context_for(std::string_view name) const {
  if (const auto found = exact_.find(name); found != exact_.end()) return found->second.get();
  const auto dot = name.find('.');
  if (dot == std::string_view::npos) return nullptr;
  const auto found = wildcards_.find(name.substr(dot));
  return found == wildcards_.end() ? nullptr : found->second.get();
}

int ServerContexts::on_client_hello(ssl_st* ssl, int* alert, void*) {
  auto* handshake = handshake_of(ssl);
  if (handshake == nullptr) return SSL_CLIENT_HELLO_ERROR;
  return handshake->contexts->select(ssl, *handshake, *alert) ? SSL_CLIENT_HELLO_SUCCESS : SSL_CLIENT_HELLO_ERROR;
}

bool ServerContexts::select(ssl_st* ssl, ServerHandshake& handshake, int& alert) const {
  const auto refuse = [&](int why, std::string reason) {
    alert = why;
    handshake.refusal = std::move(reason);
    return false;
  };
  auto sni = read_sni(ssl);
  if (!sni) return refuse(SSL_AD_DECODE_ERROR, "the server name in the client's hello is malformed");
  handshake.sni = *std::move(sni);
  if (!challenges_.empty() && offers_only(ssl, kChallengeProtocol)) {
    if (const auto found = challenges_.find(handshake.sni); found != challenges_.end()) {
      handshake.options = &*challenge_options_;
      SSL_set_SSL_CTX(ssl, found->second.context.get());
      return handshake.options->apply(ssl);
    }
  }
  if (handshake.wanted_options.empty()) {
    handshake.options = &options_of(handshake.sni);
  } else if (const auto found = options_.find(handshake.wanted_options); found != options_.end()) {
    handshake.options = &found->second;
  } else {
    return refuse(SSL_AD_INTERNAL_ERROR, fmt::format("the TLS options {} do not exist", handshake.wanted_options));
  }
  if (handshake.options->refuses_all()) {
    return refuse(SSL_AD_INTERNAL_ERROR, fmt::format("the TLS options {} are broken", handshake.options->name()));
  }
  auto* context = !handshake.sni.empty() ? context_for(handshake.sni)
                  : has_addresses_       ? context_for(net::SocketAddress::local_of(handshake.fd).ip())
                                         : nullptr;
  if (context == nullptr && handshake.options->sni_strict()) {
    return refuse(SSL_AD_UNRECOGNIZED_NAME,
                  fmt::format("no certificate for the name \"{}\", and sniStrict is set", handshake.sni));
  }
  if (context != nullptr) SSL_set_SSL_CTX(ssl, context);
  if (!handshake.options->apply(ssl)) {
    return refuse(SSL_AD_INTERNAL_ERROR, fmt::format("the TLS options {} cannot be used: {}", handshake.options->name(),
                                                     take_openssl_error()));
  }
  return true;
}

}  // namespace gatehouse::tls
