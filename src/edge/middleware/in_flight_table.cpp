#include "edge/middleware/in_flight_table.h"

#include <algorithm>

namespace gatehouse::edge {

std::optional<std::size_t> InFlightTable::enter(std::string_view source, std::int64_t limit) {
  const auto hash = hash_(source);
  const auto tag = hash & ~kCountMask;
  const auto limit_count = static_cast<std::uint64_t>(std::clamp<std::int64_t>(limit, 0, kCountMax));
  if (limit_count == 0) return std::nullopt;
  const std::size_t first = hash % (kSourcesMax / kPlacesPerSource) * kPlacesPerSource;
  // Other workers change the places while we look: whoever loses a race looks again.
  for (;;) {
    std::optional<std::size_t> chosen;
    std::uint64_t seen = 0;
    for (std::size_t i = first; i < first + kPlacesPerSource; ++i) {
      const auto word = places_[i].load(std::memory_order_relaxed);
      const bool is_free = (word & kCountMask) == 0;
      const bool is_own = !is_free && (word & ~kCountMask) == tag;
      if (!is_own && !(is_free && !chosen)) continue;
      chosen = i;
      seen = word;
      if (is_own) break;
    }
    if (!chosen) return std::nullopt;
    const auto count = seen & kCountMask;
    if (count >= limit_count) return std::nullopt;
    if (places_[*chosen].compare_exchange_weak(seen, tag | (count + 1), std::memory_order_relaxed)) return chosen;
  }
}

void InFlightTable::leave(std::size_t place) { places_[place].fetch_sub(1, std::memory_order_relaxed); }

}  // namespace gatehouse::edge
