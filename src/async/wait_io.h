// Awaiting input and output: an attempt that is made at once, and again whenever the descriptor allows, until it is
// done or the deadline passes. No frame and no allocation: the awaiter is the waiter and the timer.
#pragma once

#include <coroutine>

#include "async/watch.h"

namespace gatehouse::async {

// Derived provides: Step attempt(), and await_resume() that asks timed_out().
template <class Derived>
class [[nodiscard]] IoAwaiter : private Waiter, private Timer {
 public:
  IoAwaiter(const IoAwaiter&) = delete;
  IoAwaiter& operator=(const IoAwaiter&) = delete;

  bool await_ready() {
    step_ = static_cast<Derived*>(this)->attempt();
    return step_.kind == Step::Kind::kDone;
  }
  void await_suspend(std::coroutine_handle<> handle) {
    handle_ = handle;
    wait();
    if (!deadline_.is_never()) watch_.loop().arm(*this, deadline_);
  }

 protected:
  IoAwaiter(Watch& watch, Deadline deadline) : watch_(watch), deadline_(deadline) {}
  ~IoAwaiter() {
    if (waiting_) watch_.unwait(*this);
  }
  [[nodiscard]] bool timed_out() const { return timed_out_; }
  [[nodiscard]] Watch& watch() const { return watch_; }

 private:
  void wait() {
    waiting_ = true;
    watch_.wait(step_.kind == Step::Kind::kWantRead ? Direction::kRead : Direction::kWrite, *this);
  }
  void ready() override {
    step_ = static_cast<Derived*>(this)->attempt();
    if (step_.kind != Step::Kind::kDone) return wait();
    waiting_ = false;
    disarm();
    handle_.resume();
  }
  void expired() override {
    watch_.unwait(*this);
    waiting_ = false;
    timed_out_ = true;
    handle_.resume();
  }

  Watch& watch_;
  Deadline deadline_;
  Step step_;
  bool waiting_ = false;
  bool timed_out_ = false;
  std::coroutine_handle<> handle_;
};

}  // namespace gatehouse::async
