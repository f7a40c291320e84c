// Schedule: smooth weighted round robin, worked out once. With weights 5, 1, 1 it goes a a b a c a a, not a a a a a b
// c, so that a heavy server gets no bursts. The order is immutable; a single counter is shared by the workers.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

namespace gatehouse::edge {

inline constexpr std::size_t kScheduleTurnsMax = 4096;

class Schedule {
 public:
  // Indexes of weights; those of 0 or less never come up. Weights whose sum is too large are scaled down, and none of
  // them to nothing.
  explicit Schedule(const std::vector<std::int64_t>& weights);

  [[nodiscard]] bool empty() const { return turns_.empty(); }
  // The next index; not on an empty schedule. Any thread.
  [[nodiscard]] std::uint32_t next() const {
    return turns_[cursor_.fetch_add(1, std::memory_order_relaxed) % turns_.size()];
  }

 private:
  std::vector<std::uint32_t> turns_;
  mutable std::atomic<std::uint64_t> cursor_ = 0;
};

}  // namespace gatehouse::edge
