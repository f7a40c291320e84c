// Watch: a descriptor's place in a loop's epoll, for as long as the watch lives. Edge-triggered: whoever waits has
// tried first, and tries again when woken. The descriptor must outlive the watch. At most one waiter for each
// direction.
#pragma once

#include <cstdint>

#include "async/loop.h"
#include "base/result.h"

namespace gatehouse::async {

enum class Direction : std::uint8_t { kRead, kWrite };

// What an attempt at non-blocking input or output came to.
struct Step {
  enum class Kind : std::uint8_t { kDone, kWantRead, kWantWrite };
  Kind kind = Kind::kDone;

  static constexpr Step done() { return {Kind::kDone}; }
  static constexpr Step want(Direction direction) {
    return {direction == Direction::kRead ? Kind::kWantRead : Kind::kWantWrite};
  }
};

class Waiter {
 protected:
  Waiter() = default;
  ~Waiter() = default;

 private:
  friend class Watch;
  virtual void ready() = 0;  // may destroy the waiter
};

class Watch {
 public:
  // Throws std::system_error when the kernel has no room: a limit that the start-up checks.
  Watch(Loop& loop, int fd);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  [[nodiscard]] Loop& loop() const { return loop_; }
  [[nodiscard]] int fd() const { return fd_; }

  // Whether an attempt might succeed. A short read says that the kernel's buffer is empty; the next attempt is then
  // saved until an event arrives, which is a system call less for every message.
  [[nodiscard]] bool maybe(Direction direction) const { return maybe_[index(direction)]; }
  void exhausted(Direction direction) { maybe_[index(direction)] = false; }
  // The peer has closed, or the connection failed: an attempt is needed to learn which.
  [[nodiscard]] bool hung_up() const { return hung_up_; }

  void wait(Direction direction, Waiter& waiter) { waiters_[index(direction)] = &waiter; }
  void unwait(const Waiter& waiter) {
    for (auto& slot : waiters_) {
      if (slot == &waiter) slot = nullptr;
    }
  }

 private:
  friend class Loop;
  static constexpr std::size_t index(Direction direction) { return static_cast<std::size_t>(direction); }
  void happened(std::uint32_t events);

  Loop& loop_;
  int fd_;
  bool maybe_[2] = {true, true};
  bool hung_up_ = false;
  Waiter* waiters_[2] = {nullptr, nullptr};
  bool* gone_ = nullptr;  // set by the destructor while happened() is on the stack
};

}  // namespace gatehouse::async
