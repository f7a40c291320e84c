#include "edge/middleware/verified_credentials.h"

#include <cstring>
#include <stdexcept>
#include <string>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

namespace gatehouse::edge {

VerifiedCredentials::VerifiedCredentials() {
  if (RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1) throw std::runtime_error("no random bytes");
}

VerifiedCredentials::Digest VerifiedCredentials::digest_of(std::string_view name, const base::Secret& password) const {
  // The length in front keeps "ab"+"c" from being "a"+"bc".
  const base::Secret text(std::to_string(name.size()) + ":" + std::string(name) + password.reveal());
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  const auto& input = text.reveal();
  const auto* mac = HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
                         reinterpret_cast<const unsigned char*>(input.data()), input.size(), bytes.data(), nullptr);
  if (mac == nullptr) throw std::runtime_error("HMAC-SHA-256 is not available");
  Digest digest{};
  std::memcpy(digest.data(), bytes.data(), sizeof digest);
  return digest;
}

bool VerifiedCredentials::contains(const Digest& digest) const {
  const auto& place = places_[digest[0] % kPlaces];
  std::uint64_t difference = 0;
  for (std::size_t i = 0; i < digest.size(); ++i) difference |= place[i].load(std::memory_order_relaxed) ^ digest[i];
  return difference == 0;
}

void VerifiedCredentials::insert(const Digest& digest) {
  auto& place = places_[digest[0] % kPlaces];
  for (std::size_t i = 0; i < digest.size(); ++i) place[i].store(digest[i], std::memory_order_relaxed);
}

}  // namespace gatehouse::edge
