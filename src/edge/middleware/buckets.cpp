#include "edge/middleware/buckets.h"

#include <algorithm>
#include <limits>

namespace gatehouse::edge {

namespace {

// A bucket never takes longer to fill than this, so that sums of times cannot overflow: about 73 years.
constexpr std::int64_t kFillTimeMax = std::numeric_limits<std::int64_t>::max() / 4;

// What a full bucket has saved up, in time.
std::int64_t allowance(const Buckets::Rate& rate) {
  return rate.burst > kFillTimeMax / rate.interval.count() ? kFillTimeMax : rate.burst * rate.interval.count();
}

}  // namespace

Buckets::Buckets() : places_(std::make_unique<std::array<Place, kBucketsMax>>()) {}

Buckets::Duration Buckets::take(std::uint64_t key, const Rate& rate, Time now) {
  const std::int64_t instant = Duration(now.time_since_epoch()).count();
  auto& place = place_of(key, instant);
  const auto saved = allowance(rate);
  auto full_at = place.full_at.load(std::memory_order_relaxed);
  for (;;) {
    const auto next = std::max(full_at, instant) + rate.interval.count();
    const auto wait = Duration(std::max<std::int64_t>(0, next - saved - instant));
    if (wait > rate.wait_max) return wait;
    if (place.full_at.compare_exchange_weak(full_at, next, std::memory_order_relaxed)) return wait;
  }
}

Buckets::Place& Buckets::place_of(std::uint64_t key, std::int64_t now) {
  const std::size_t first = (key >> 1) % (kBucketsMax / kPlacesPerKey) * kPlacesPerKey;
  const auto begin = places_->begin() + first;
  const auto end = begin + kPlacesPerKey;
  const auto own =
      std::find_if(begin, end, [key](const auto& place) { return place.key.load(std::memory_order_relaxed) == key; });
  if (own != end) return *own;
  const auto by_time = [](const auto& place) { return place.full_at.load(std::memory_order_relaxed); };
  auto& taken = *std::ranges::min_element(begin, end, {}, by_time);
  taken.key.store(key, std::memory_order_relaxed);
  // What the former source had used up is not the new one's to pay.
  if (by_time(taken) > now) taken.full_at.store(now, std::memory_order_relaxed);
  return taken;
}

}  // namespace gatehouse::edge
