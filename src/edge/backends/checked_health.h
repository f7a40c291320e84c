// CheckedHealth: what the last health check of a server came to. Written by the checks on the edge's main thread, read
// by the workers without a lock. A server is up until a check says otherwise, as in Traefik; unlike there, what a check
// said holds on through new configurations (edge/lasting.h).
#pragma once

#include <atomic>
#include <cstdint>

#include "async/deadline.h"

namespace gatehouse::edge {

class CheckedHealth {
 public:
  [[nodiscard]] bool is_up() const { return up_.load(std::memory_order_relaxed); }
  // Did a check succeed after that time?
  [[nodiscard]] bool was_up_after(async::Instant time) const {
    return succeeded_at_.load(std::memory_order_relaxed) > time.time_since_epoch().count();
  }
  void record(bool up, async::Instant now) {
    if (up) succeeded_at_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
    up_.store(up, std::memory_order_relaxed);
  }

 private:
  std::atomic<bool> up_ = true;
  std::atomic<std::int64_t> succeeded_at_ = INT64_MIN;
};

}  // namespace gatehouse::edge
