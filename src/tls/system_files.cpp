#include "tls/system_files.h"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <vector>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace gatehouse::tls {

namespace {

using Authority = std::unique_ptr<X509, decltype([](X509* certificate) { X509_free(certificate); })>;

const char* folder_of_authorities() {
  const char* folder = std::getenv(X509_get_default_cert_dir_env());  // NOLINT(concurrency-mt-unsafe): nobody writes it
  return folder != nullptr ? folder : X509_get_default_cert_dir();
}

// As "openssl rehash" links them: a hash of the subject, and a number.
bool has_hashed_names(const char* folder) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.path().extension() == ".0") return true;
  }
  return false;
}

std::vector<Authority> read_authorities() {
  std::vector<Authority> authorities;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder_of_authorities(), ignored)) {
    const auto ending = entry.path().extension().string();
    if (ending.size() != 2 || ending[1] < '0' || ending[1] > '9') continue;
    const std::unique_ptr<BIO, decltype([](BIO* file) { BIO_free(file); })> file(
        BIO_new_file(entry.path().c_str(), "r"));
    if (!file) continue;
    if (auto* certificate = PEM_read_bio_X509_AUX(file.get(), nullptr, nullptr, nullptr)) {
      authorities.emplace_back(certificate);
    }
  }
  ERR_clear_error();
  return authorities;
}

// Never changes once it is there.
const std::vector<Authority>& authorities_of_the_start() {
  static const auto authorities = read_authorities();
  return authorities;
}

}  // namespace

void read_system_files() {
  OPENSSL_init_ssl(OPENSSL_INIT_LOAD_CONFIG, nullptr);
  authorities_of_the_start();
}

void trust_system(X509_STORE* store) {
  // A folder of certificates by hash costs nothing until one is looked for.
  const char* folder = folder_of_authorities();
  if (has_hashed_names(folder)) {
    X509_STORE_load_path(store, folder);
  } else {
    for (const auto& authority : authorities_of_the_start()) X509_STORE_add_cert(store, authority.get());
  }
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody writes the environment
  if (const char* file = std::getenv(X509_get_default_cert_file_env())) X509_STORE_load_file(store, file);
}

}  // namespace gatehouse::tls
