// SpanQueue: from the workers to the exporter. Bounded: when nobody takes the spans, new ones are dropped and counted,
// and no request waits. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "observe/span.h"

namespace gatehouse::observe {

class SpanQueue {
 public:
  static constexpr std::size_t kSpansMax = 8192;

  void push(std::vector<Span> spans);
  // At most so many, the oldest first.
  [[nodiscard]] std::vector<Span> take(std::size_t count_max);

  void drop(std::uint64_t count) { dropped_.fetch_add(count, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  std::mutex mutex_;
  std::vector<Span> spans_;
  std::atomic<std::uint64_t> dropped_ = 0;
};

}  // namespace gatehouse::observe
