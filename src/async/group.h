// Group: the owner of tasks that run beside each other. Destroying it drops those that still run; join() waits for
// them. A task must not destroy or cancel the group that it runs in. One thread, that of the loop.
#pragma once

#include "async/event.h"
#include "async/task.h"

namespace gatehouse::async {

class Group {
 public:
  explicit Group(Loop& loop) : loop_(loop), idle_(loop) { idle_.set(); }
  ~Group() { cancel(); }
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  // Starts the task at once and runs it to its first wait. An exception that leaves a task is a bug and ends the
  // process: there is nobody to hand it to.
  void spawn(Task<void> task);
  void cancel();
  [[nodiscard]] std::size_t size() const { return size_; }
  // False when tasks still ran at the deadline.
  Task<bool> join(Deadline deadline);
  [[nodiscard]] Loop& loop() const { return loop_; }

 private:
  struct Root;
  struct Member;
  static Root run(Group& group, Task<void> task);

  Loop& loop_;
  std::size_t size_ = 0;
  List<Member> members_;
  Event idle_;
};

}  // namespace gatehouse::async
