// Offload: a few threads for work that blocks or computes for long (name resolution, password hashes, file systems),
// so that a loop never does. Made by app/; destroyed after every loop that uses it has stopped. Any thread.
#pragma once

#include <condition_variable>
#include <coroutine>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <thread>
#include <vector>

#include "async/loop.h"
#include "async/task.h"

namespace gatehouse::async {

class Offload {
 public:
  explicit Offload(unsigned threads);
  ~Offload();  // finishes what has begun, forgets the rest
  Offload(const Offload&) = delete;
  Offload& operator=(const Offload&) = delete;

  // auto value = co_await offload.run<T>(loop, function): the function runs on another thread and must not refer to
  // anything that the waiting task owns, because that task may be dropped before it ends.
  template <class T>
  Task<T> run(Loop& loop, std::move_only_function<T()> function);

 private:
  void submit(std::move_only_function<void()> job);
  void work();

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::queue<std::move_only_function<void()>> jobs_;
  std::vector<std::jthread> threads_;
};

namespace detail {

template <class T>
struct OffloadState {
  std::optional<T> value;
  std::exception_ptr exception;
  std::coroutine_handle<> waiting;  // touched on the loop's thread only
};

template <class T>
class OffloadWait {
 public:
  explicit OffloadWait(std::shared_ptr<OffloadState<T>> state) : state_(std::move(state)) {}
  ~OffloadWait() { state_->waiting = {}; }
  OffloadWait(const OffloadWait&) = delete;
  OffloadWait& operator=(const OffloadWait&) = delete;

  static bool await_ready() noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) { state_->waiting = handle; }
  T await_resume() {
    if (state_->exception) std::rethrow_exception(state_->exception);
    return *std::move(state_->value);
  }

 private:
  std::shared_ptr<OffloadState<T>> state_;
};

}  // namespace detail

template <class T>
Task<T> Offload::run(Loop& loop, std::move_only_function<T()> function) {
  auto state = std::make_shared<detail::OffloadState<T>>();
  submit([state, &loop, work = std::move(function)]() mutable {
    try {
      state->value.emplace(work());
    } catch (...) {
      state->exception = std::current_exception();
    }
    loop.post([state = std::move(state)] {
      if (state->waiting) std::exchange(state->waiting, {}).resume();
    });
  });
  co_return co_await detail::OffloadWait<T>(std::move(state));
}

}  // namespace gatehouse::async
