// Schedule: smooth weighted round robin, worked out once. With weights 5, 1, 1 it goes a a b a c a a, not a a a a a b
// c, so that a heavy server gets no bursts. The order is immutable; a single counter is shared by the workers.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
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
  // The next index that is usable; the turns of the others pass, so that those which are left share alike. After many
  // that are not (a heavy one is down) it is any that is.
  template <class Usable>
  [[nodiscard]] std::optional<std::uint32_t> next(Usable usable) const {
    if (empty()) return std::nullopt;
    std::uint32_t index = 0;
    for (std::size_t skipped = 0; skipped < kSkippedMax; ++skipped) {
      index = next();
      if (usable(index)) return index;
    }
    const auto first = cursor_.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < members_.size(); ++i) {
      index = members_[(first + i) % members_.size()];
      if (usable(index)) return index;
    }
    return std::nullopt;
  }

 private:
  static constexpr std::size_t kSkippedMax = 16;

  std::vector<std::uint32_t> turns_;
  std::vector<std::uint32_t> members_;  // every index that has a turn, once
  mutable std::atomic<std::uint64_t> cursor_ = 0;
};

}  // namespace gatehouse::edge
