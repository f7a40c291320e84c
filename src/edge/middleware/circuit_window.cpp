#include "edge/middleware/circuit_window.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace gatehouse::edge {

namespace {

constexpr std::chrono::seconds kStatusSlot{1};
constexpr std::chrono::seconds kLatencySlot{10};
constexpr std::int64_t kLatencyMicrosecondsMax = 0xffffffff;

std::int64_t number_of(CircuitWindow::Time now, std::chrono::seconds slot) { return now.time_since_epoch() / slot; }

}  // namespace

template <class Slots>
auto& CircuitWindow::slot_of(Slots& slots, std::int64_t number) {
  auto& slot = slots[static_cast<std::size_t>(number) % slots.size()];
  auto known = slot.number.load(std::memory_order_relaxed);
  if (known != number && slot.number.compare_exchange_strong(known, number, std::memory_order_relaxed)) {
    for (auto& counter : slot.counters) counter.store(0, std::memory_order_relaxed);
  }
  return slot;
}

template <class Slots, class Visit>
void CircuitWindow::for_each_recent(const Slots& slots, std::int64_t number, Visit visit) {
  for (const auto& slot : slots) {
    const auto age = number - slot.number.load(std::memory_order_relaxed);
    if (age >= 0 && age < static_cast<std::int64_t>(slots.size())) visit(slot);
  }
}

void CircuitWindow::record(int status, Duration latency, Time now) {
  auto& statuses = slot_of(statuses_, number_of(now, kStatusSlot));
  statuses.counters[static_cast<std::size_t>(std::clamp(status, 0, kStatuses - 1))].fetch_add(
      1, std::memory_order_relaxed);
  slot_of(latencies_, number_of(now, kLatencySlot))
      .counters[bucket_of(latency)]
      .fetch_add(1, std::memory_order_relaxed);
}

void CircuitWindow::clear() {
  for (auto& slot : statuses_) slot.number.store(-1, std::memory_order_relaxed);
  for (auto& slot : latencies_) slot.number.store(-1, std::memory_order_relaxed);
}

std::uint64_t CircuitWindow::count(int first, int end, Time now) const {
  std::uint64_t sum = 0;
  for_each_recent(statuses_, number_of(now, kStatusSlot), [&](const auto& slot) {
    for (int status = std::max(first, 0); status < std::min(end, kStatuses); ++status) {
      sum += slot.counters[static_cast<std::size_t>(status)].load(std::memory_order_relaxed);
    }
  });
  return sum;
}

double CircuitWindow::network_error_ratio(Time now) const {
  const auto total = count(0, kStatuses, now);
  if (total == 0) return 0;
  return static_cast<double>(count(502, 503, now) + count(504, 505, now)) / static_cast<double>(total);
}

double CircuitWindow::response_code_ratio(int a, int b, int c, int d, Time now) const {
  const auto all = count(c, d, now);
  return all == 0 ? 0 : static_cast<double>(count(a, b, now)) / static_cast<double>(all);
}

std::size_t CircuitWindow::bucket_of(Duration latency) {
  const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(latency).count();
  const auto value = static_cast<std::uint64_t>(std::clamp<std::int64_t>(whole, 0, kLatencyMicrosecondsMax));
  const auto width = static_cast<std::size_t>(std::bit_width(value));
  if (width <= kBucketBits) return value;
  const auto shift = width - kBucketBits - 1;
  return (shift << kBucketBits) + (value >> shift);
}

double CircuitWindow::milliseconds_of(std::size_t bucket) {
  const auto shift = bucket < (std::size_t{2} << kBucketBits) ? 0 : (bucket >> kBucketBits) - 1;
  const auto value = (bucket - (shift << kBucketBits)) << shift;
  return std::floor(static_cast<double>(value) / 1000);
}

double CircuitWindow::latency_ms_at(double quantile, Time now) const {
  std::array<std::uint64_t, kBuckets> sums{};
  std::uint64_t total = 0;
  for_each_recent(latencies_, number_of(now, kLatencySlot), [&](const auto& slot) {
    for (std::size_t i = 0; i < kBuckets; ++i) {
      const auto count = slot.counters[i].load(std::memory_order_relaxed);
      sums[i] += count;
      total += count;
    }
  });
  if (total == 0) return 0;
  const auto rank =
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(quantile / 100 * static_cast<double>(total))));
  std::uint64_t seen = 0;
  std::size_t bucket = 0;
  while (bucket + 1 < kBuckets && (seen += sums[bucket]) < rank) ++bucket;
  return milliseconds_of(bucket);
}

}  // namespace gatehouse::edge
