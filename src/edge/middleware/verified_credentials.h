// VerifiedCredentials: which names and passwords have been found right lately, so that a page of fifty pictures costs
// one bcrypt and not fifty. Kept as digests under a key that never leaves memory; a fixed number of them, each in the
// one place that its digest points at. Shared by the workers without a lock: a read in the middle of a write sees
// halves of two digests, which is equal to no third one.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "base/secret.h"

namespace gatehouse::edge {

class VerifiedCredentials {
 public:
  static constexpr std::size_t kPlaces = 64;
  using Digest = std::array<std::uint64_t, 4>;

  VerifiedCredentials();

  [[nodiscard]] Digest digest_of(std::string_view name, const base::Secret& password) const;
  [[nodiscard]] bool contains(const Digest& digest) const;
  void insert(const Digest& digest);

 private:
  std::array<unsigned char, 32> key_{};
  std::array<std::array<std::atomic<std::uint64_t>, 4>, kPlaces> places_{};
};

}  // namespace gatehouse::edge
