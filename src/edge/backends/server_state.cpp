#include "edge/backends/server_state.h"

#include <algorithm>
#include <chrono>

namespace gatehouse::edge {

void ResponseTimes::add(async::Duration time) {
  const auto whole = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
  const auto sample = static_cast<std::uint32_t>(std::clamp<std::int64_t>(whole, 0, UINT32_MAX));
  const auto number = count_.fetch_add(1, std::memory_order_relaxed);
  const auto former = samples_[number % kSamples].exchange(sample, std::memory_order_relaxed);
  sum_.fetch_add(std::int64_t{sample} - std::int64_t{former}, std::memory_order_relaxed);
}

double ResponseTimes::mean() const {
  const auto count = std::min<std::uint64_t>(count_.load(std::memory_order_relaxed), kSamples);
  return count == 0 ? 0 : static_cast<double>(sum_.load(std::memory_order_relaxed)) / static_cast<double>(count);
}

}  // namespace gatehouse::edge
