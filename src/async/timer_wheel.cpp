#include "async/timer_wheel.h"

#include <algorithm>

namespace gatehouse::async {

using std::chrono::milliseconds;

std::uint64_t TimerWheel::tick_before(Instant instant) const {
  if (instant <= start_) return 0;
  return static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(instant - start_).count());
}

void TimerWheel::arm(Timer& timer, Deadline deadline) {
  timer.unlink();
  timer.tick_ = std::max(tick_before(deadline.at) + 1, done_ + 1);
  next_ = std::min(next_, timer.tick_);
  slots_[timer.tick_ % kSlots].push_back(timer);
}

void TimerWheel::expire(Instant now) {
  const auto tick = tick_before(now);
  if (tick < next_ || tick <= done_) return;
  List<Timer> due;
  const auto turns = std::min<std::uint64_t>(tick - done_, kSlots);
  for (std::uint64_t i = 1; i <= turns; ++i) {
    slots_[(done_ + i) % kSlots].for_each([&](Timer& timer) {
      if (timer.tick_ > tick) return;
      timer.unlink();
      due.push_back(timer);
    });
  }
  done_ = tick;
  while (!due.empty()) {  // an expiry may disarm or destroy others that are due
    Timer& timer = due.front();
    timer.unlink();
    timer.expired();
  }
  find_next();
}

void TimerWheel::find_next() {
  next_ = kNone;
  for (auto& slot : slots_) {
    slot.for_each([this](const Timer& timer) { next_ = std::min(next_, timer.tick_); });
  }
}

Deadline TimerWheel::next() const {
  if (next_ == kNone) return Deadline::never();
  return {start_ + milliseconds(next_)};
}

}  // namespace gatehouse::async
