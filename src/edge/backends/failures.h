// Failures: the latest failed requests to a server, of which too many in too short a time take it out of rotation
// (passiveHealthCheck). Shared by the workers without a lock: the times of the last few failures in a ring; two workers
// that race may count a failure more or less. Behaviour: Traefik v3.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "async/deadline.h"

namespace gatehouse::edge {

class Failures {
 public:
  static constexpr std::size_t kTimesMax = 1024;

  // `allowed` failures within the window take the server out; more than kTimesMax count as that many.
  Failures(std::size_t allowed, async::Duration window);

  // A request that fails while the server is out already does not prolong that.
  void failed(async::Instant now, bool is_out);
  void succeeded() {
    if (count_.load(std::memory_order_relaxed) != 0) count_.store(0, std::memory_order_relaxed);
  }

  // When the server was last taken out; nullopt: never.
  [[nodiscard]] std::optional<async::Instant> taken_out() const;
  [[nodiscard]] async::Duration window() const { return window_; }

 private:
  static constexpr std::int64_t kNever = INT64_MIN;

  std::size_t size_;
  async::Duration window_;
  std::unique_ptr<std::atomic<std::int64_t>[]> times_;
  std::atomic<std::uint64_t> count_ = 0;  // since the last success
  std::atomic<std::int64_t> taken_out_ = kNever;
};

}  // namespace gatehouse::edge
