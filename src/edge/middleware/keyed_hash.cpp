#include "edge/middleware/keyed_hash.h"

#include <bit>
#include <cstring>
#include <system_error>

#include <sys/random.h>

namespace gatehouse::edge {

namespace {

static_assert(std::endian::native == std::endian::little, "SipHash reads little-endian words");

struct State {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v2 += v3;
    v1 = std::rotl(v1, 13) ^ v0;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 = std::rotl(v0, 32);
    v2 += v1;
    v0 += v3;
    v1 = std::rotl(v1, 17) ^ v2;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 = std::rotl(v2, 32);
  }
  void absorb(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
};

}  // namespace

KeyedHash::KeyedHash() {
  for (auto* key : {&key0_, &key1_}) {
    // At most 256 bytes are given whole, or not at all (getrandom(2)).
    if (::getrandom(key, sizeof *key, 0) != sizeof *key) {
      throw std::system_error(errno, std::generic_category(), "getrandom");
    }
  }
}

std::uint64_t KeyedHash::operator()(std::string_view text) const {
  State state{key0_ ^ 0x736f6d6570736575, key1_ ^ 0x646f72616e646f6d, key0_ ^ 0x6c7967656e657261,
              key1_ ^ 0x7465646279746573};
  const std::uint64_t last = std::uint64_t{text.size()} << 56;
  for (; text.size() >= sizeof(std::uint64_t); text.remove_prefix(sizeof(std::uint64_t))) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    state.absorb(word);
  }
  std::uint64_t rest = 0;
  std::memcpy(&rest, text.data(), text.size());
  state.absorb(last | rest);
  state.v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) state.round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace gatehouse::edge
