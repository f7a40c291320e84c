// PrivateKey: a private key for certificates and for signing ACME requests. A value that shares its key; immutable, any
// thread. Text and DER forms are base::Secret; errors never quote them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

struct evp_pkey_st;

namespace gatehouse::tls {

enum class KeyType : std::uint8_t { kEc256, kEc384, kRsa2048, kRsa4096, kRsa8192, kOther };

// Traefik's names: EC256, EC384, RSA2048, RSA4096, RSA8192; kInvalid for any other.
base::Result<KeyType> parse_key_type(std::string_view name);
std::string_view to_string(KeyType type);

class PrivateKey {
 public:
  // Not kOther. RSA4096 takes a second or so of computing: not on a loop that has something else to do.
  static base::Result<PrivateKey> generate(KeyType type);
  // PKCS#1, SEC1 or PKCS#8, unencrypted.
  static base::Result<PrivateKey> from_pem(const base::Secret& pem);
  static base::Result<PrivateKey> from_der(const base::Secret& der);

  // PKCS#1 for RSA, SEC1 for EC, as Traefik writes them; PKCS#8 for others.
  [[nodiscard]] base::Secret to_pem() const;
  [[nodiscard]] base::Secret to_der() const;
  [[nodiscard]] KeyType type() const;

  // As JOSE wants it (RFC 7518 sections 3.3 and 3.4): RSASSA-PKCS1-v1_5 with SHA-256; ECDSA as r and s of fixed length,
  // with SHA-256 for P-256 and SHA-384 for P-384.
  [[nodiscard]] base::Result<std::string> sign(std::string_view message) const;

  // The numbers of the public key, big endian: of RSA the exponent in x and the modulus in y; of EC the coordinates,
  // padded to the size of the curve.
  struct PublicNumbers {
    std::string x;
    std::string y;
  };
  [[nodiscard]] base::Result<PublicNumbers> public_numbers() const;

  [[nodiscard]] evp_pkey_st* native() const { return key_.get(); }

 private:
  explicit PrivateKey(evp_pkey_st* key);
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace gatehouse::tls
