#include "edge/backends/rendezvous.h"

#include <cmath>

namespace gatehouse::edge {

namespace {

// FNV-1a, 64 bits.
std::uint64_t hash_further(std::uint64_t hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

constexpr std::uint64_t kHashStart = 0xcbf29ce484222325U;

// Lets every bit of the hash count in every bit of the result (the finaliser of MurmurHash3).
std::uint64_t mixed(std::uint64_t hash) {
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdU;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53U;
  return hash ^ (hash >> 33);
}

}  // namespace

double Rendezvous::score(std::string_view source, std::uint32_t choice) const {
  const auto hash = hash_further(hash_further(kHashStart, source), names_[choice]);
  const double share = static_cast<double>(mixed(hash)) / std::ldexp(1.0, 64);
  return static_cast<double>(weights_[choice]) / -std::log(share);
}

}  // namespace gatehouse::edge
