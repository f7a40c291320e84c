#include "edge/backends/failures.h"

#include <algorithm>

namespace gatehouse::edge {

using async::Duration;
using async::Instant;

Failures::Failures(std::size_t allowed, Duration window)
    : size_(std::clamp<std::size_t>(allowed, 1, kTimesMax)),
      window_(window),
      times_(std::make_unique<std::atomic<std::int64_t>[]>(size_)) {}

void Failures::failed(Instant now, bool is_out) {
  const auto instant = now.time_since_epoch().count();
  const auto number = count_.fetch_add(1, std::memory_order_relaxed);
  times_[number % size_].store(instant, std::memory_order_relaxed);
  if (is_out || number + 1 < size_) return;
  const auto oldest = times_[(number + 1) % size_].load(std::memory_order_relaxed);
  if (instant - oldest >= window_.count()) return;
  taken_out_.store(instant, std::memory_order_relaxed);
}

std::optional<Instant> Failures::taken_out() const {
  const auto time = taken_out_.load(std::memory_order_relaxed);
  if (time == kNever) return std::nullopt;
  return Instant(Duration(time));
}

}  // namespace gatehouse::edge
