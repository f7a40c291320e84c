// Two tasks at once: first_of() drops the one that loses, both() waits for both, with_deadline() drops a late one.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>
#include <variant>

#include "async/sleep.h"
#include "async/task.h"
#include "base/result.h"

namespace gatehouse::async {

namespace detail {

// The result of a task; a task without one leaves a monostate.
template <class T>
using Outcome = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

// Runs one of the two tasks and tells their common awaiter of its end.
class Branch {
 public:
  struct promise_type {
    static void* operator new(std::size_t size) { return base::allocate_block(size); }
    static void operator delete(void* frame, std::size_t size) noexcept { base::release_block(frame, size); }
    Branch get_return_object() noexcept { return Branch(std::coroutine_handle<promise_type>::from_promise(*this)); }
    static std::suspend_always initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept {
      struct End {
        static bool await_ready() noexcept { return false; }
        static std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> ended) noexcept {
          auto& promise = ended.promise();
          promise.done = true;
          return promise.to_resume(promise.owner);
        }
        static void await_resume() noexcept {}
      };
      return End{};
    }
    static void return_void() noexcept {}
    void unhandled_exception() noexcept { exception = std::current_exception(); }

    std::coroutine_handle<> (*to_resume)(void* owner) noexcept = nullptr;
    void* owner = nullptr;
    bool done = false;
    std::exception_ptr exception;
  };

  explicit Branch(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Branch(Branch&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Branch(const Branch&) = delete;
  Branch& operator=(const Branch&) = delete;
  Branch& operator=(Branch&&) = delete;
  ~Branch() { drop(); }

  void start(void* owner, std::coroutine_handle<> (*to_resume)(void*) noexcept) {
    handle_.promise().owner = owner;
    handle_.promise().to_resume = to_resume;
    handle_.resume();
  }
  [[nodiscard]] bool done() const { return handle_ && handle_.promise().done; }
  void rethrow() const {
    if (handle_.promise().exception) std::rethrow_exception(handle_.promise().exception);
  }
  void drop() {
    if (handle_) std::exchange(handle_, {}).destroy();
  }

 private:
  std::coroutine_handle<promise_type> handle_;
};

template <class T>
Branch run_branch(Task<T> task, std::optional<Outcome<T>>& outcome) {
  if constexpr (std::is_void_v<T>) {
    co_await std::move(task);
    outcome.emplace();
  } else {
    outcome.emplace(co_await std::move(task));
  }
}

template <class A, class B, bool kNeedsBoth>
class [[nodiscard]] Pair {
 public:
  Pair(Task<A> a, Task<B> b)
      : branch_a_(run_branch<A>(std::move(a), result_a_)), branch_b_(run_branch<B>(std::move(b), result_b_)) {}
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  static bool await_ready() noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> handle) {
    branch_a_.start(this, &Pair::on_end);
    if (kNeedsBoth || !branch_a_.done()) branch_b_.start(this, &Pair::on_end);
    handle_ = handle;
    return !complete();
  }
  std::pair<std::optional<Outcome<A>>, std::optional<Outcome<B>>> await_resume() {
    if (branch_a_.done()) branch_a_.rethrow();
    if (branch_b_.done()) branch_b_.rethrow();
    branch_a_.drop();
    branch_b_.drop();
    return {std::move(result_a_), std::move(result_b_)};
  }

 private:
  [[nodiscard]] bool complete() const {
    return kNeedsBoth ? branch_a_.done() && branch_b_.done() : branch_a_.done() || branch_b_.done();
  }
  static std::coroutine_handle<> on_end(void* owner) noexcept {
    auto& self = *static_cast<Pair*>(owner);
    if (!self.handle_ || !self.complete()) return std::noop_coroutine();  // still starting, or one to go
    return std::exchange(self.handle_, {});
  }

  std::optional<Outcome<A>> result_a_;
  std::optional<Outcome<B>> result_b_;
  Branch branch_a_;
  Branch branch_b_;
  std::coroutine_handle<> handle_;
};

inline Task<void> wait_until(Loop& loop, Deadline deadline) { co_await sleep_until(loop, deadline); }

}  // namespace detail

// auto [a, b] = co_await first_of(task_a, task_b): exactly one holds a value; the other task has been dropped.
template <class A, class B>
auto first_of(Task<A> a, Task<B> b) {
  return detail::Pair<A, B, false>(std::move(a), std::move(b));
}

// auto [a, b] = co_await both(task_a, task_b): both hold a value.
template <class A, class B>
auto both(Task<A> a, Task<B> b) {
  return detail::Pair<A, B, true>(std::move(a), std::move(b));
}

// The task's result, or nullopt when the deadline came first; the task has been dropped then.
template <class T>
Task<std::optional<detail::Outcome<T>>> with_deadline(Loop& loop, Task<T> task, Deadline deadline) {
  auto result = co_await first_of(std::move(task), detail::wait_until(loop, deadline));
  co_return std::move(result.first);
}

}  // namespace gatehouse::async
