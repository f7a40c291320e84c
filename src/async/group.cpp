#include "async/group.h"

namespace gatehouse::async {

// The promise of a spawned task's root frame is its place in the group.
struct Group::Member : ListNode {
  explicit Member(Group& owner) : group(owner) {
    group.members_.push_back(*this);
    ++group.size_;
    group.idle_.reset();
  }
  ~Member() {
    unlink();
    if (--group.size_ == 0) group.idle_.set();
  }
  Group& group;
};

struct Group::Root {
  struct promise_type : Member {
    promise_type(Group& owner, Task<void>&) : Member(owner) {}
    static void* operator new(std::size_t size) { return base::allocate_block(size); }
    static void operator delete(void* frame, std::size_t size) noexcept { base::release_block(frame, size); }
    Root get_return_object() noexcept { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    static std::suspend_always initial_suspend() noexcept { return {}; }
    static std::suspend_never final_suspend() noexcept { return {}; }  // the frame destroys itself
    static void return_void() noexcept {}
    static void unhandled_exception() noexcept { std::terminate(); }
  };
  std::coroutine_handle<promise_type> handle;
};

Group::Root Group::run(Group&, Task<void> task) { co_await std::move(task); }

void Group::spawn(Task<void> task) { run(*this, std::move(task)).handle.resume(); }

void Group::cancel() {
  while (!members_.empty()) {
    auto& promise = static_cast<Root::promise_type&>(members_.front());
    std::coroutine_handle<Root::promise_type>::from_promise(promise).destroy();
  }
}

Task<bool> Group::join(Deadline deadline) { co_return co_await idle_.wait(deadline); }

}  // namespace gatehouse::async
