// Timers of one loop: a hashed wheel of millisecond slots. Arming and disarming, which every read and write does, is
// constant time and allocates nothing; looking for the earliest timer is dear, and only happens after one expired.
#pragma once

#include <array>
#include <cstdint>

#include "async/deadline.h"
#include "async/list.h"

namespace gatehouse::async {

// Lives in whatever waits; expired() is called once, by the loop, and may destroy the timer.
class Timer : public ListNode {
 public:
  [[nodiscard]] bool armed() const { return linked(); }
  void disarm() { unlink(); }

 protected:
  Timer() = default;
  ~Timer() = default;

 private:
  friend class TimerWheel;
  virtual void expired() = 0;
  std::uint64_t tick_ = 0;
};

class TimerWheel {
 public:
  explicit TimerWheel(Instant start) : start_(start) {}

  // A timer never expires early; it may be late by a millisecond. A deadline that has passed expires at the next turn.
  void arm(Timer& timer, Deadline deadline);
  // Calls expired() of every timer whose time has come.
  void expire(Instant now);
  // No timer expires before this. It may be too early, since a disarmed timer does not correct it.
  [[nodiscard]] Deadline next() const;

 private:
  static constexpr std::size_t kSlots = 4096;
  static constexpr std::uint64_t kNone = UINT64_MAX;

  void find_next();
  [[nodiscard]] std::uint64_t tick_before(Instant instant) const;

  Instant start_;
  std::uint64_t done_ = 0;  // every tick up to this one has been handled
  std::uint64_t next_ = kNone;
  std::array<List<Timer>, kSlots> slots_;
};

}  // namespace gatehouse::async
