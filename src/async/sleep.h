// Awaiting time.
#pragma once

#include <coroutine>

#include "async/loop.h"

namespace gatehouse::async {

// co_await sleep_until(loop, deadline), co_await sleep(loop, 20ms).
class [[nodiscard]] Sleep final : private Timer {
 public:
  Sleep(Loop& loop, Deadline deadline) : loop_(loop), deadline_(deadline) {}

  static bool await_ready() noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    handle_ = handle;
    loop_.arm(*this, deadline_);
  }
  static void await_resume() noexcept {}

 private:
  void expired() override { handle_.resume(); }

  Loop& loop_;
  Deadline deadline_;
  std::coroutine_handle<> handle_;
};

inline Sleep sleep_until(Loop& loop, Deadline deadline) { return {loop, deadline}; }
inline Sleep sleep(Loop& loop, Duration duration) { return {loop, Deadline::after(duration)}; }

// Lets everything else that is ready go first.
class [[nodiscard]] Yield final : private Ready {
 public:
  explicit Yield(Loop& loop) : loop_(loop) {}
  static bool await_ready() noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    handle_ = handle;
    loop_.make_ready(*this);
  }
  static void await_resume() noexcept {}

 private:
  void proceed() override { handle_.resume(); }

  Loop& loop_;
  std::coroutine_handle<> handle_;
};

}  // namespace gatehouse::async
