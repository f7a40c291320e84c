// A point in time at which a wait gives up. Every wait takes one; whoever truly waits for ever says so with never().
#pragma once

#include <chrono>

namespace gatehouse::async {

using Instant = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

struct Deadline {
  Instant at = Instant::max();

  static constexpr Deadline never() { return {}; }
  static Deadline after(Duration duration) { return {std::chrono::steady_clock::now() + duration}; }
  [[nodiscard]] constexpr bool is_never() const { return at == Instant::max(); }
  [[nodiscard]] constexpr Deadline or_earlier(Deadline other) const { return other.at < at ? other : *this; }
};

}  // namespace gatehouse::async
