// Buckets: how far the sources of requests have used up what their rate limits allow. Owned by the edge, outlives
// snapshots, shared by all workers without a lock: a bucket is one number, the time at which it will be full again
// (GCRA, the virtual scheduling of ATM's I.371), and is changed by compare-and-swap.
//
// The table has a fixed size. A bucket that is full again says nothing and its place is free; when a source finds no
// free place among those that its key may have, the bucket that is nearest to full makes room. Two workers that race
// for one place may let one request too many pass; none is refused for that.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "edge/middleware/keyed_hash.h"

namespace gatehouse::edge {

class Buckets {
 public:
  static constexpr std::size_t kBucketsMax = 65536;

  using Time = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::nanoseconds;

  struct Rate {
    Duration interval;    // in which one token comes back
    std::int64_t burst;   // tokens that a full bucket holds
    Duration wait_max{};  // how long a request may wait for its token
  };

  Buckets();

  // The key of a source. Texts that differ have different keys.
  [[nodiscard]] std::uint64_t key_of(std::string_view text) const { return hash_(text) | 1; }

  // Takes a token: how long to wait until it is there. When that is more than rate.wait_max none was taken, and the
  // request is to be refused.
  Duration take(std::uint64_t key, const Rate& rate, Time now);

 private:
  static constexpr std::size_t kPlacesPerKey = 8;  // two cache lines

  struct Place {
    std::atomic<std::uint64_t> key = 0;
    std::atomic<std::int64_t> full_at = 0;  // nanoseconds of the steady clock
  };

  Place& place_of(std::uint64_t key, std::int64_t now);

  KeyedHash hash_;
  std::unique_ptr<std::array<Place, kBucketsMax>> places_;
};

}  // namespace gatehouse::edge
