// DigestNonces: the numbers that digestAuth gives out and takes back once for each count (RFC 7616 3.3, 3.4). A nonce
// says when it was made and which place it has, under a key of ours; the place keeps the highest count that was used,
// so that an answer cannot be replayed. Its place taken by a later one, or too old, a nonce is stale: the client is
// given another one and need not ask its user. Shared by the workers without a lock.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace gatehouse::edge {

class DigestNonces {
 public:
  static constexpr std::size_t kNoncesMax = 4096;
  static constexpr std::chrono::minutes kLifetime{60};

  using Time = std::chrono::steady_clock::time_point;

  enum class Use : std::uint8_t { kFresh, kStale, kForeign };

  DigestNonces();

  std::string issue(Time now);
  // Is it one of ours, and may it be used? Changes nothing: for before the password is known to be right.
  [[nodiscard]] Use look_at(std::string_view nonce, std::uint32_t count, Time now) const;
  // Marks the count as used; false when another request has used it or a later one meanwhile.
  bool use(std::string_view nonce, std::uint32_t count);

 private:
  [[nodiscard]] std::string sign(std::uint64_t number, std::uint64_t made_at) const;

  std::array<unsigned char, 32> key_{};
  std::atomic<std::uint64_t> next_number_ = 1;
  std::array<std::atomic<std::uint64_t>, kNoncesMax> places_{};  // number's low half, then the highest count
};

}  // namespace gatehouse::edge
