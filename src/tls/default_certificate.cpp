#include "tls/default_certificate.h"

#include <stdexcept>

#include <openssl/rand.h>

#include "tls/openssl.h"

namespace gatehouse::tls {

using base::Result;

namespace {

constexpr std::chrono::hours kLifetime{365 * 24};

std::string random_label() {
  unsigned char bytes[16];
  RAND_bytes(bytes, sizeof bytes);
  std::string label;
  for (const unsigned char byte : bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    label += kDigits[byte >> 4];
    label += kDigits[byte & 15];
  }
  return label;
}

}  // namespace

Result<KeyedCertificate> load_certificate(const CertificateSource& source) {
  BASE_TRY(auto chain, CertificateChain::from_pem(source.chain));
  BASE_TRY(auto key, PrivateKey::from_pem(source.key));
  if (!chain.matches(key)) {
    return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator,
                      "the private key is not the certificate's: give the pair that belongs together");
  }
  return KeyedCertificate{std::move(chain), std::move(key)};
}

CertificateSource make_default_certificate() {
  const auto name = random_label() + "." + random_label() + ".gatehouse.default";
  const auto made = make_self_signed({.common_name = "GATEHOUSE DEFAULT CERT", .names = {name}}, KeyType::kEc256,
                                     valid_for(kLifetime));
  if (!made) throw std::runtime_error(made.error().message);
  return {.names = {name}, .chain = made->chain.to_pem(), .key = made->key.to_pem()};
}

}  // namespace gatehouse::tls
