// KeyedHash: 64 bits of a text that nobody can foresee without its key, so that no client can choose texts that fall
// together in a table. SipHash-2-4 (Aumasson, Bernstein). Immutable after it was made; any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace gatehouse::edge {

class KeyedHash {
 public:
  KeyedHash();  // with a random key
  KeyedHash(std::uint64_t key0, std::uint64_t key1) : key0_(key0), key1_(key1) {}

  [[nodiscard]] std::uint64_t operator()(std::string_view text) const;

 private:
  std::uint64_t key0_;
  std::uint64_t key1_;
};

}  // namespace gatehouse::edge
