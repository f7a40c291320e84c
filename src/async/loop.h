// Loop: one thread's epoll, timers and ready queue. Made by whoever owns the thread (app/ and edge/worker), outlives
// everything that waits on it. All of it belongs to the loop's thread but post() and stop(), which any thread may call.
#pragma once

#include <array>
#include <atomic>
#include <coroutine>
#include <functional>
#include <mutex>
#include <vector>

#include <sys/epoll.h>

#include "async/deadline.h"
#include "async/task.h"
#include "async/timer_wheel.h"
#include "sys/fd.h"

namespace gatehouse::async {

class Watch;

// Something that goes on at the loop's next turn, from a clean stack; unlinking takes it back.
class Ready : public ListNode {
 protected:
  Ready() = default;
  ~Ready() = default;

 private:
  friend class Loop;
  virtual void proceed() = 0;
};

class Loop {
 public:
  // Throws std::system_error when the system gives no epoll: nothing can start then.
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Turns until stop() is called.
  void run();
  // Turns until the task has ended, and gives its result; for main(), the command line and tests.
  template <class T>
  T run(Task<T> task);

  void stop();                                 // any thread
  void post(std::move_only_function<void()>);  // any thread: runs on the loop's thread

  // The time as of this turn: cheap, and the same for all that happens in the turn.
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] Deadline deadline(Duration duration) const { return {now_ + duration}; }

  void arm(Timer& timer, Deadline deadline) { timers_.arm(timer, deadline); }
  void make_ready(Ready& ready) {
    ready.unlink();
    ready_.push_back(ready);
  }

 private:
  friend class Watch;

  void turn();
  [[nodiscard]] int timeout_ms() const;
  void run_posted();
  void run_ready();
  void forget(Watch& watch);

  static constexpr int kEventsPerTurnMax = 256;

  sys::Fd epoll_;
  sys::Fd wake_;
  Instant now_;
  TimerWheel timers_;
  List<Ready> ready_;
  std::array<epoll_event, kEventsPerTurnMax> events_{};
  int event_count_ = 0;
  int event_index_ = 0;
  std::atomic<bool> stopped_ = false;
  std::mutex posted_mutex_;
  std::vector<std::move_only_function<void()>> posted_;
};

namespace detail {

// Runs a task to its end and stops the loop: the only coroutine that nobody awaits.
struct MainTask {
  struct promise_type {
    static MainTask get_return_object() noexcept { return {}; }
    static std::suspend_never initial_suspend() noexcept { return {}; }
    static std::suspend_never final_suspend() noexcept { return {}; }
    static void return_void() noexcept {}
    static void unhandled_exception() noexcept { std::terminate(); }
  };
};

template <class T>
MainTask run_main(Loop& loop, Task<T> task, std::optional<T>& result, std::exception_ptr& exception) {
  try {
    result.emplace(co_await std::move(task));
  } catch (...) {
    exception = std::current_exception();
  }
  loop.stop();
}

inline MainTask run_main(Loop& loop, Task<void> task, std::exception_ptr& exception) {
  try {
    co_await std::move(task);
  } catch (...) {
    exception = std::current_exception();
  }
  loop.stop();
}

}  // namespace detail

template <class T>
T Loop::run(Task<T> task) {
  std::exception_ptr exception;
  if constexpr (std::is_void_v<T>) {
    detail::run_main(*this, std::move(task), exception);
    run();
    if (exception) std::rethrow_exception(exception);
  } else {
    std::optional<T> result;
    detail::run_main(*this, std::move(task), result, exception);
    run();
    if (exception) std::rethrow_exception(exception);
    return *std::move(result);
  }
}

}  // namespace gatehouse::async
