// CircuitWindow: statuses of the last ten seconds and latencies of the last minute, as oxy (Traefik's circuit breaker)
// looks at them. Shared by the workers without a lock, of a fixed size: time is cut into slots, and whoever comes first
// into a new one clears it. An answer that is recorded at that very moment may be lost, which changes no ratio.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "edge/middleware/circuit_expression.h"

namespace gatehouse::edge {

class CircuitWindow {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::nanoseconds;

  void record(int status, Duration latency, Time now);
  void clear();

  [[nodiscard]] double network_error_ratio(Time now) const;
  [[nodiscard]] double response_code_ratio(int a, int b, int c, int d, Time now) const;
  [[nodiscard]] double latency_ms_at(double quantile, Time now) const;

 private:
  static constexpr int kStatuses = 600;  // those above count as the last one
  // Microseconds: exact up to 32, then 32 buckets for each power of two, up to an hour.
  static constexpr std::size_t kBucketBits = 5;
  static constexpr std::size_t kBuckets = (32 - kBucketBits + 1) << kBucketBits;

  template <std::size_t kCounters>
  struct Slot {
    std::atomic<std::int64_t> number = -1;  // of its stretch of time
    std::array<std::atomic<std::uint32_t>, kCounters> counters{};
  };
  template <class Slots>
  static auto& slot_of(Slots& slots, std::int64_t number);
  template <class Slots, class Visit>
  static void for_each_recent(const Slots& slots, std::int64_t number, Visit visit);

  static std::size_t bucket_of(Duration latency);
  static double milliseconds_of(std::size_t bucket);
  [[nodiscard]] std::uint64_t count(int first, int end, Time now) const;

  std::array<Slot<kStatuses>, 10> statuses_;
  std::array<Slot<kBuckets>, 6> latencies_;
};

}  // namespace gatehouse::edge
