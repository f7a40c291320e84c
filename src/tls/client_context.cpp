#include "tls/client_context.h"

#include "tls/certificate_chain.h"
#include "tls/default_certificate.h"
#include "tls/openssl.h"
#include "tls/options_profile.h"
#include "tls/system_files.h"

namespace gatehouse::tls {

using base::ErrorCode;
using base::Fault;
using base::Result;

namespace {

Result<void> trust(X509_STORE* store, const std::string& pem) {
  auto chain = CertificateChain::from_pem(pem);
  if (!chain) return base::fail(std::move(chain).error().within("rootCAs"));
  for (const auto& certificate : chain->native()) X509_STORE_add_cert(store, certificate.get());
  // An authority below a root, or the server's own certificate, may be trusted by itself.
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  return {};
}

Result<void> use_certificate(SSL_CTX* context, const CertificateSource& source) {
  BASE_TRY(const auto loaded, load_certificate(source));
  const std::unique_ptr<STACK_OF(X509), decltype([](auto* stack) { sk_X509_free(stack); })> rest(sk_X509_new_null());
  for (std::size_t i = 1; i < loaded.chain.native().size(); ++i) {
    sk_X509_push(rest.get(), loaded.chain.native()[i].get());
  }
  if (SSL_CTX_use_cert_and_key(context, loaded.chain.leaf(), loaded.key.native(), rest.get(), 1) != 1) {
    return openssl_failure(ErrorCode::kInvalid, Fault::kOperator, "the client certificate cannot be used");
  }
  return {};
}

Result<void> set_versions(SSL_CTX* context, const ClientSettings& settings) {
  BASE_TRY(const int min_version, parse_version(settings.min_version));
  BASE_TRY(const int max_version, parse_version(settings.max_version));
  SSL_CTX_set_min_proto_version(context, min_version != 0 ? min_version : TLS1_2_VERSION);
  SSL_CTX_set_max_proto_version(context, max_version != 0 ? max_version : TLS1_3_VERSION);
  BASE_TRY(const auto ciphers, parse_cipher_suites(settings.cipher_suites));
  if (!ciphers.empty()) SSL_CTX_set_cipher_list(context, ciphers.c_str());
  return {};
}

void offer(SSL_CTX* context, const std::vector<std::string>& protocols) {
  std::string wire;
  for (const auto& protocol : protocols) wire += static_cast<char>(protocol.size()) + protocol;
  if (wire.empty()) return;
  SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(wire.data()),
                          static_cast<unsigned>(wire.size()));
}

}  // namespace

Result<std::shared_ptr<const ClientContext>> ClientContext::make(const ClientSettings& settings) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  if (!context) return openssl_failure(ErrorCode::kInternal, Fault::kInternal, "cannot make a TLS context");
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context.get(), 1);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
  BASE_CHECK(set_versions(context.get(), settings));
  offer(context.get(), settings.protocols);
  for (const auto& source : settings.certificates) BASE_CHECK(use_certificate(context.get(), source));
  if (settings.verify) {
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    auto* store = SSL_CTX_get_cert_store(context.get());
    if (settings.system_roots) trust_system(store);
    for (const auto& pem : settings.root_cas) BASE_CHECK(trust(store, pem));
  }
  return std::make_shared<const ClientContext>(std::move(context), settings.verify, settings.server_name);
}

}  // namespace gatehouse::tls
