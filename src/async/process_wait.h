// Awaiting the end of a process: co_await ProcessWait(watch, process, deadline): true when it has ended.
#pragma once

#include "async/wait_io.h"
#include "sys/process.h"

namespace gatehouse::async {

class [[nodiscard]] ProcessWait final : public IoAwaiter<ProcessWait> {
 public:
  // The watch is one of process.fd().
  ProcessWait(Watch& watch, const sys::Process& process, Deadline deadline)
      : IoAwaiter(watch, deadline), process_(process) {}
  Step attempt() { return process_.has_ended() ? Step::done() : Step::want(Direction::kRead); }
  [[nodiscard]] bool await_resume() const { return !timed_out(); }

 private:
  const sys::Process& process_;
};

}  // namespace gatehouse::async
