// InFlightTable: how many requests of each source are in flight. Of a fixed size, shared by the workers without a lock:
// a place holds a source's tag and its count in one word. A place whose count is 0 is free.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>

#include "edge/middleware/keyed_hash.h"

namespace gatehouse::edge {

class InFlightTable {
 public:
  static constexpr std::size_t kSourcesMax = 4096;
  static constexpr std::int64_t kCountMax = (1 << 24) - 1;

  // Counts one more request of the source, unless that would make more than `limit`, or too many sources are busy: then
  // nullopt. The place is to be given back with leave().
  std::optional<std::size_t> enter(std::string_view source, std::int64_t limit);
  void leave(std::size_t place);

 private:
  static constexpr std::size_t kPlacesPerSource = 8;
  static constexpr std::uint64_t kCountMask = kCountMax;

  KeyedHash hash_;
  std::array<std::atomic<std::uint64_t>, kSourcesMax> places_{};
};

}  // namespace gatehouse::edge
