#include "tls/private_key.h"

#include <new>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>

#include "base/text.h"
#include "tls/openssl.h"

namespace gatehouse::tls {

using base::ErrorCode;
using base::Fault;
using base::Result;
using base::Secret;

namespace {

struct NamedType {
  std::string_view name;
  KeyType type;
};
constexpr NamedType kTypes[] = {{"EC256", KeyType::kEc256},
                                {"EC384", KeyType::kEc384},
                                {"RSA2048", KeyType::kRsa2048},
                                {"RSA4096", KeyType::kRsa4096},
                                {"RSA8192", KeyType::kRsa8192}};

EVP_PKEY* generate_native(KeyType type) {
  switch (type) {
    case KeyType::kEc256:
      return EVP_EC_gen("P-256");
    case KeyType::kEc384:
      return EVP_EC_gen("P-384");
    case KeyType::kRsa2048:
      return EVP_RSA_gen(2048);
    case KeyType::kRsa4096:
      return EVP_RSA_gen(4096);
    case KeyType::kRsa8192:
      return EVP_RSA_gen(8192);
    case KeyType::kOther:
      break;
  }
  return nullptr;
}

// A key file may be encrypted; there is nobody to ask for its password.
int refuse_password(char*, int, int, void*) { return -1; }

Secret secret_of(BIO* memory) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(memory, &data);
  return Secret(std::string(data, static_cast<std::size_t>(size)));
}

// Memory that is wiped when it goes.
BioPtr secret_bio() {
  BioPtr bio(BIO_new(BIO_s_secmem()));
  if (!bio) throw std::bad_alloc();
  return bio;
}

std::size_t coordinate_bytes(KeyType type) { return type == KeyType::kEc384 ? 48 : 32; }

Result<std::string> padded_number(EVP_PKEY* key, const char* name, std::size_t bytes_min) {
  BIGNUM* raw = nullptr;
  const int got = EVP_PKEY_get_bn_param(key, name, &raw);
  const BignumPtr number(raw);
  if (got != 1) return openssl_failure(ErrorCode::kInternal, Fault::kInternal, "cannot read a public key");
  std::string bytes(std::max(static_cast<std::size_t>(BN_num_bytes(number.get())), bytes_min), '\0');
  BN_bn2binpad(number.get(), reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  return bytes;
}

// DER's SEQUENCE of two INTEGERs to r and s side by side.
Result<std::string> to_fixed_length(std::string_view der, std::size_t number_bytes) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>> signature(
      d2i_ECDSA_SIG(nullptr, &bytes, static_cast<long>(der.size())));
  if (!signature) return openssl_failure(ErrorCode::kInternal, Fault::kInternal, "cannot read a signature");
  std::string fixed(2 * number_bytes, '\0');
  auto* out = reinterpret_cast<unsigned char*>(fixed.data());
  const int size = static_cast<int>(number_bytes);
  BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, size);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + number_bytes, size);
  return fixed;
}

}  // namespace

Result<KeyType> parse_key_type(std::string_view name) {
  for (const auto& known : kTypes) {
    if (base::iequals(known.name, name)) return known.type;
  }
  return base::fail(
      ErrorCode::kInvalid, Fault::kOperator,
      "the key type " + std::string(name) + " is not known: use EC256, EC384, RSA2048, RSA4096 or RSA8192");
}

std::string_view to_string(KeyType type) {
  for (const auto& known : kTypes) {
    if (known.type == type) return known.name;
  }
  return "other";
}

PrivateKey::PrivateKey(evp_pkey_st* key) : key_(key, EVP_PKEY_free) {}

Result<PrivateKey> PrivateKey::generate(KeyType type) {
  EVP_PKEY* key = generate_native(type);
  if (key == nullptr) return openssl_failure(ErrorCode::kInternal, Fault::kInternal, "cannot generate a key");
  return PrivateKey(key);
}

Result<PrivateKey> PrivateKey::from_pem(const Secret& pem) {
  const auto bio = bio_of(pem.reveal());
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse_password, nullptr);
  if (key == nullptr) {
    return openssl_failure(ErrorCode::kInvalid, Fault::kOperator, "not an unencrypted private key in PEM form");
  }
  return PrivateKey(key);
}

Result<PrivateKey> PrivateKey::from_der(const Secret& der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.reveal().data());
  EVP_PKEY* key = d2i_AutoPrivateKey(nullptr, &bytes, static_cast<long>(der.reveal().size()));
  if (key == nullptr) return openssl_failure(ErrorCode::kInvalid, Fault::kOperator, "not a private key in DER form");
  return PrivateKey(key);
}

Secret PrivateKey::to_pem() const {
  const auto bio = secret_bio();
  if (PEM_write_bio_PrivateKey_traditional(bio.get(), native(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    PEM_write_bio_PKCS8PrivateKey(bio.get(), native(), nullptr, nullptr, 0, nullptr, nullptr);
  }
  return secret_of(bio.get());
}

Secret PrivateKey::to_der() const {
  const auto bio = secret_bio();
  i2d_PrivateKey_bio(bio.get(), native());
  return secret_of(bio.get());
}

KeyType PrivateKey::type() const {
  const int bits = EVP_PKEY_get_bits(native());
  if (EVP_PKEY_is_a(native(), "RSA") == 1) {
    if (bits == 2048) return KeyType::kRsa2048;
    if (bits == 4096) return KeyType::kRsa4096;
    if (bits == 8192) return KeyType::kRsa8192;
  }
  if (EVP_PKEY_is_a(native(), "EC") == 1) {
    if (bits == 256) return KeyType::kEc256;
    if (bits == 384) return KeyType::kEc384;
  }
  return KeyType::kOther;
}

Result<std::string> PrivateKey::sign(std::string_view message) const {
  const auto failure = [] { return openssl_failure(ErrorCode::kInternal, Fault::kInternal, "cannot sign"); };
  const auto* digest = type() == KeyType::kEc384 ? EVP_sha384() : EVP_sha256();
  const DigestContextPtr context(EVP_MD_CTX_new());
  if (!context || EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, native()) != 1) return failure();
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  std::size_t size = 0;
  if (EVP_DigestSign(context.get(), nullptr, &size, bytes, message.size()) != 1) return failure();
  std::string signature(size, '\0');
  auto* out = reinterpret_cast<unsigned char*>(signature.data());
  if (EVP_DigestSign(context.get(), out, &size, bytes, message.size()) != 1) return failure();
  signature.resize(size);
  if (EVP_PKEY_is_a(native(), "EC") != 1) return signature;
  return to_fixed_length(signature, coordinate_bytes(type()));
}

Result<PrivateKey::PublicNumbers> PrivateKey::public_numbers() const {
  const bool is_rsa = EVP_PKEY_is_a(native(), "RSA") == 1;
  const std::size_t bytes_min = is_rsa ? 0 : coordinate_bytes(type());
  BASE_TRY(auto x, padded_number(native(), is_rsa ? OSSL_PKEY_PARAM_RSA_E : OSSL_PKEY_PARAM_EC_PUB_X, bytes_min));
  BASE_TRY(auto y, padded_number(native(), is_rsa ? OSSL_PKEY_PARAM_RSA_N : OSSL_PKEY_PARAM_EC_PUB_Y, bytes_min));
  return PublicNumbers{std::move(x), std::move(y)};
}

}  // namespace gatehouse::tls
