// Task<T>: a coroutine that starts when it is awaited, ends before its awaiter goes on, and is cancelled by being
// dropped. Destroying a suspended Task destroys its frame and those it awaits; every awaiter of this library takes
// itself out of the loop in its destructor, so nothing of a dropped task is ever resumed. A task must not drop itself.
//
// A task lives on the thread of its Loop. Write coroutines as named functions with by-value parameters (or references
// whose referents outlive the task); never as capturing lambdas, whose captures die before the frame does.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "base/block_cache.h"

namespace gatehouse::async {

template <class T>
class Task;

class TaskPromiseBase {
 public:
  static void* operator new(std::size_t size) { return base::allocate_block(size); }
  static void operator delete(void* frame, std::size_t size) noexcept { base::release_block(frame, size); }

  static std::suspend_always initial_suspend() noexcept { return {}; }
  auto final_suspend() noexcept {
    struct ResumeAwaiter {
      static bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<>) noexcept { return awaiter; }
      static void await_resume() noexcept {}
      std::coroutine_handle<> awaiter;
    };
    return ResumeAwaiter{awaiter_};
  }
  void unhandled_exception() noexcept { exception_ = std::current_exception(); }
  void set_awaiter(std::coroutine_handle<> awaiter) noexcept { awaiter_ = awaiter; }

 protected:
  void rethrow() const {
    if (exception_) std::rethrow_exception(exception_);
  }

 private:
  std::coroutine_handle<> awaiter_ = std::noop_coroutine();
  std::exception_ptr exception_;
};

template <class T>
class TaskPromise : public TaskPromiseBase {
 public:
  Task<T> get_return_object() noexcept;
  template <class U>
  void return_value(U&& value) {
    value_.emplace(std::forward<U>(value));
  }
  T take() {
    rethrow();
    return *std::move(value_);
  }

 private:
  std::optional<T> value_;
};

template <>
class TaskPromise<void> : public TaskPromiseBase {
 public:
  Task<void> get_return_object() noexcept;
  void return_void() noexcept {}
  void take() { rethrow(); }
};

template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = TaskPromise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  Task() = default;
  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      drop();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() { drop(); }

  [[nodiscard]] bool valid() const { return static_cast<bool>(handle_); }
  void drop() {
    if (handle_) std::exchange(handle_, {}).destroy();
  }

  auto operator co_await() && noexcept {
    struct Awaiter {
      static bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) noexcept {
        handle.promise().set_awaiter(awaiter);
        return handle;
      }
      T await_resume() { return handle.promise().take(); }
      Handle handle;
    };
    return Awaiter{handle_};
  }

 private:
  Handle handle_;
};

template <class T>
Task<T> TaskPromise<T>::get_return_object() noexcept {
  return Task<T>(Task<T>::Handle::from_promise(*this));
}
inline Task<void> TaskPromise<void>::get_return_object() noexcept {
  return Task<void>(Task<void>::Handle::from_promise(*this));
}

}  // namespace gatehouse::async
