// Event: tasks of one thread wait for it, set() lets them all go on at the loop's next turn. It stays set until
// reset().
#pragma once

#include <coroutine>

#include "async/loop.h"

namespace gatehouse::async {

class Event {
 public:
  explicit Event(Loop& loop) : loop_(loop) {}
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  [[nodiscard]] bool is_set() const { return set_; }
  void set();
  void reset() { set_ = false; }
  // Lets those go who wait now, and stays as it is.
  void pulse();

  // co_await event.wait(deadline): true when it was set, false when the deadline passed.
  class [[nodiscard]] Wait;
  Wait wait(Deadline deadline);

 private:
  Loop& loop_;
  bool set_ = false;
  List<Ready> waiting_;
};

class [[nodiscard]] Event::Wait final : private Ready, private Timer {
 public:
  Wait(Event& event, Deadline deadline) : event_(event), deadline_(deadline) {}

  [[nodiscard]] bool await_ready() const { return event_.set_; }
  void await_suspend(std::coroutine_handle<> handle) {
    handle_ = handle;
    event_.waiting_.push_back(*this);
    if (!deadline_.is_never()) event_.loop_.arm(*this, deadline_);
  }
  [[nodiscard]] bool await_resume() const { return !timed_out_; }

 private:
  void proceed() override {
    Timer::disarm();
    handle_.resume();
  }
  void expired() override {
    Ready::unlink();
    timed_out_ = true;
    handle_.resume();
  }

  Event& event_;
  Deadline deadline_;
  bool timed_out_ = false;
  std::coroutine_handle<> handle_;
};

inline Event::Wait Event::wait(Deadline deadline) { return {*this, deadline}; }

inline void Event::pulse() {
  while (!waiting_.empty()) loop_.make_ready(waiting_.front());
}

inline void Event::set() {
  set_ = true;
  pulse();
}

}  // namespace gatehouse::async
