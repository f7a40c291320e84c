// Awaiting a signal: int number = co_await next_signal(watch, signals).
#pragma once

#include <optional>

#include "async/wait_io.h"
#include "sys/signals.h"

namespace gatehouse::async {

class [[nodiscard]] SignalWait final : public IoAwaiter<SignalWait> {
 public:
  // The watch is one of signals.fd().
  SignalWait(Watch& watch, sys::Signals& signals) : IoAwaiter(watch, Deadline::never()), signals_(signals) {}
  Step attempt() {
    number_ = signals_.next();
    return number_ ? Step::done() : Step::want(Direction::kRead);
  }
  [[nodiscard]] int await_resume() const { return *number_; }

 private:
  sys::Signals& signals_;
  std::optional<int> number_;
};

}  // namespace gatehouse::async
