#include "discovery/inline_files.h"

#include <fmt/format.h>

#include "base/text.h"
#include "sys/file.h"
#include "tls/certificate_chain.h"
#include "tls/private_key.h"

namespace gatehouse::discovery {

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::size_t kPemBytesMax = 1 << 20;
constexpr std::size_t kUsersBytesMax = 1 << 20;

bool is_pem(std::string_view text) { return text.find("-----BEGIN ") != std::string_view::npos; }

Result<std::string> content_of(const std::string& path_or_pem) {
  if (is_pem(path_or_pem)) return path_or_pem;
  return sys::read_file(path_or_pem, kPemBytesMax);
}

Result<void> inline_all(std::vector<std::string>& paths) {
  for (auto& path : paths) {
    BASE_TRY(path, content_of(path));
  }
  return {};
}

Result<void> inline_key(base::Secret& path_or_pem) {
  BASE_TRY(auto key, content_of(path_or_pem.reveal()));
  path_or_pem = base::Secret(std::move(key));
  return {};
}

Result<void> append_users(std::vector<std::string>& users, std::string& path) {
  if (path.empty()) return {};
  BASE_TRY(const auto text, sys::read_file(path, kUsersBytesMax));
  for (const auto line : base::split(text, '\n')) {
    const auto user = base::trim(line);
    if (!user.empty() && !user.starts_with('#')) users.emplace_back(user);
  }
  path.clear();
  return {};
}

}  // namespace

Result<void> inline_files(model::ClientTls& tls) {
  if (!tls.ca.empty()) {
    BASE_TRY(tls.ca, content_of(tls.ca));
  }
  if (tls.cert.empty()) return {};
  BASE_TRY(tls.cert, content_of(tls.cert));
  return inline_key(tls.key);
}

Result<void> inline_files(model::Middleware& middleware) {
  if (middleware.basic_auth) BASE_CHECK(append_users(middleware.basic_auth->users, middleware.basic_auth->users_file));
  if (middleware.digest_auth) {
    BASE_CHECK(append_users(middleware.digest_auth->users, middleware.digest_auth->users_file));
  }
  if (middleware.forward_auth && middleware.forward_auth->tls) return inline_files(*middleware.forward_auth->tls);
  return {};
}

Result<void> inline_files(model::ServersTransport& transport) {
  BASE_CHECK(inline_all(transport.root_cas));
  for (auto& certificate : transport.certificates) {
    BASE_TRY(certificate.cert_file, content_of(certificate.cert_file));
    BASE_CHECK(inline_key(certificate.key_file));
  }
  return {};
}

Result<void> inline_files(model::TlsOptions& options) { return inline_all(options.client_auth.ca_files); }

Result<model::SnapshotCertificate> load_certificate(const std::string& cert_file, const base::Secret& key_file) {
  const std::string name = is_pem(cert_file) ? "the certificate given as text" : cert_file;
  BASE_TRY(auto chain_pem, content_of(cert_file));
  BASE_TRY(auto key_pem, content_of(key_file.reveal()));
  const base::Secret secret_key(std::move(key_pem));
  auto chain = tls::CertificateChain::from_pem(chain_pem);
  if (!chain) return fail(std::move(chain).error().within(name));
  auto key = tls::PrivateKey::from_pem(secret_key);
  if (!key) return fail(std::move(key).error().within("the key of " + name));
  if (!chain->matches(*key)) {
    return fail(
        ErrorCode::kInvalid, Fault::kOperator,
        fmt::format("{}: the key belongs to another certificate: give the keyFile that was made with it", name));
  }
  return model::SnapshotCertificate{.names = chain->names(), .chain = std::move(chain_pem), .key = secret_key};
}

}  // namespace gatehouse::discovery
