#include "edge/middleware/digest_nonces.h"

#include <optional>
#include <stdexcept>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/parse_int.h"

namespace gatehouse::edge {

namespace {

constexpr std::size_t kNumberDigits = 16;
constexpr std::size_t kMacBytes = 16;
constexpr std::size_t kNonceDigits = 2 * kNumberDigits + 2 * kMacBytes;

std::uint64_t seconds_of(DigestNonces::Time time) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

struct Numbers {
  std::uint64_t number;
  std::uint64_t made_at;
};

std::optional<Numbers> numbers_of(std::string_view nonce) {
  if (nonce.size() != kNonceDigits) return std::nullopt;
  const auto number = base::parse_int<std::uint64_t>(nonce.substr(0, kNumberDigits), 16);
  const auto made_at = base::parse_int<std::uint64_t>(nonce.substr(kNumberDigits, kNumberDigits), 16);
  if (!number || !made_at) return std::nullopt;
  return Numbers{*number, *made_at};
}

constexpr std::uint64_t place_word(std::uint64_t number, std::uint32_t count) { return number << 32 | count; }

}  // namespace

DigestNonces::DigestNonces() {
  if (RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1) throw std::runtime_error("no random bytes");
}

std::string DigestNonces::sign(std::uint64_t number, std::uint64_t made_at) const {
  auto text = fmt::format("{:016x}{:016x}", number, made_at);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  const auto* done = HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), nullptr);
  if (done == nullptr) throw std::runtime_error("HMAC-SHA-256 is not available");
  for (std::size_t i = 0; i < kMacBytes; ++i) fmt::format_to(std::back_inserter(text), "{:02x}", mac[i]);
  return text;
}

std::string DigestNonces::issue(Time now) {
  const auto number = next_number_.fetch_add(1, std::memory_order_relaxed);
  places_[number % kNoncesMax].store(place_word(number, 0), std::memory_order_relaxed);
  return sign(number, seconds_of(now));
}

DigestNonces::Use DigestNonces::look_at(std::string_view nonce, std::uint32_t count, Time now) const {
  const auto numbers = numbers_of(nonce);
  if (!numbers) return Use::kForeign;
  const auto expected = sign(numbers->number, numbers->made_at);
  if (CRYPTO_memcmp(expected.data(), nonce.data(), kNonceDigits) != 0) return Use::kForeign;
  const auto age = seconds_of(now) - numbers->made_at;
  const auto word = places_[numbers->number % kNoncesMax].load(std::memory_order_relaxed);
  const bool is_current = word >> 32 == (numbers->number & 0xffffffff);
  const bool is_unused = count > static_cast<std::uint32_t>(word);
  return is_current && is_unused && age <= std::chrono::seconds(kLifetime).count() ? Use::kFresh : Use::kStale;
}

bool DigestNonces::use(std::string_view nonce, std::uint32_t count) {
  const auto numbers = numbers_of(nonce);
  if (!numbers) return false;
  auto& place = places_[numbers->number % kNoncesMax];
  auto word = place.load(std::memory_order_relaxed);
  while (word >> 32 == (numbers->number & 0xffffffff) && count > static_cast<std::uint32_t>(word)) {
    if (place.compare_exchange_weak(word, place_word(numbers->number, count), std::memory_order_relaxed)) return true;
  }
  return false;
}

}  // namespace gatehouse::edge
