#include "discovery/inline_files.h"

#include <fmt/format.h>

#include "base/text.h"
#include "tls/certificate_chain.h"
#include "tls/private_key.h"

namespace gatehouse::discovery {

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

namespace {

bool is_pem(std::string_view text) { return text.find("-----BEGIN ") != std::string_view::npos; }

Result<std::string> content_of(const std::string& path_or_pem, FileContents& files) {
  if (is_pem(path_or_pem)) return path_or_pem;
  return files.read(path_or_pem);
}

Result<void> inline_all(std::vector<std::string>& paths, FileContents& files) {
  for (auto& path : paths) {
    BASE_TRY(path, content_of(path, files));
  }
  return {};
}

Result<void> inline_key(base::Secret& path_or_pem, FileContents& files) {
  BASE_TRY(auto key, content_of(path_or_pem.reveal(), files));
  path_or_pem = base::Secret(std::move(key));
  return {};
}

Result<void> inline_all(std::vector<model::CertificateFiles>& certificates, FileContents& files) {
  for (auto& certificate : certificates) {
    BASE_TRY(certificate.cert_file, content_of(certificate.cert_file, files));
    BASE_CHECK(inline_key(certificate.key_file, files));
  }
  return {};
}

Result<void> append_users(std::vector<std::string>& users, std::string& path, FileContents& files) {
  if (path.empty()) return {};
  BASE_TRY(const auto text, files.read(path));
  for (const auto line : base::split(text, '\n')) {
    const auto user = base::trim(line);
    if (!user.empty() && !user.starts_with('#')) users.emplace_back(user);
  }
  path.clear();
  return {};
}

}  // namespace

Result<void> inline_files(model::ClientTls& tls, FileContents& files) {
  if (!tls.ca.empty()) {
    BASE_TRY(tls.ca, content_of(tls.ca, files));
  }
  if (tls.cert.empty()) return {};
  BASE_TRY(tls.cert, content_of(tls.cert, files));
  return inline_key(tls.key, files);
}

Result<void> inline_files(model::Middleware& middleware, FileContents& files) {
  if (middleware.basic_auth)
    BASE_CHECK(append_users(middleware.basic_auth->users, middleware.basic_auth->users_file, files));
  if (middleware.digest_auth) {
    BASE_CHECK(append_users(middleware.digest_auth->users, middleware.digest_auth->users_file, files));
  }
  if (middleware.forward_auth && middleware.forward_auth->tls)
    return inline_files(*middleware.forward_auth->tls, files);
  return {};
}

Result<void> inline_files(model::ServersTransport& transport, FileContents& files) {
  BASE_CHECK(inline_all(transport.root_cas, files));
  return inline_all(transport.certificates, files);
}

Result<void> inline_files(model::TcpServersTransport& transport, FileContents& files) {
  if (!transport.tls) return {};
  BASE_CHECK(inline_all(transport.tls->root_cas, files));
  return inline_all(transport.tls->certificates, files);
}

Result<void> inline_files(model::TlsOptions& options, FileContents& files) {
  return inline_all(options.client_auth.ca_files, files);
}

Result<model::SnapshotCertificate> load_certificate(const std::string& cert_file, const base::Secret& key_file,
                                                    FileContents& files) {
  const std::string name = is_pem(cert_file) ? "the certificate given as text" : cert_file;
  BASE_TRY(auto chain_pem, content_of(cert_file, files));
  BASE_TRY(auto key_pem, content_of(key_file.reveal(), files));
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
  model::SnapshotCertificate certificate{.names = chain->names(), .chain = std::move(chain_pem), .key = secret_key};
  if (!is_pem(cert_file)) files.remember(cert_file, certificate);
  return certificate;
}

}  // namespace gatehouse::discovery
