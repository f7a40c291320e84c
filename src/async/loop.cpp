#include "async/loop.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <sys/eventfd.h>
#include <unistd.h>

#include "async/watch.h"

namespace gatehouse::async {

namespace {

[[noreturn]] void throw_errno(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

}  // namespace

Loop::Loop()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      now_(std::chrono::steady_clock::now()),
      timers_(now_) {
  if (!epoll_.valid()) throw_errno("epoll_create1");
  if (!wake_.valid()) throw_errno("eventfd");
  epoll_event event{.events = EPOLLIN, .data = {.ptr = nullptr}};
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) != 0) throw_errno("epoll_ctl");
}

Loop::~Loop() = default;

void Loop::run() {
  now_ = std::chrono::steady_clock::now();
  while (!stopped_.exchange(false, std::memory_order_acq_rel)) turn();
}

void Loop::turn() {
  event_count_ = ::epoll_wait(epoll_.get(), events_.data(), kEventsPerTurnMax, timeout_ms());
  if (event_count_ < 0 && errno != EINTR) throw_errno("epoll_wait");
  now_ = std::chrono::steady_clock::now();
  for (event_index_ = 0; event_index_ < event_count_;) {
    const epoll_event event = events_[static_cast<std::size_t>(event_index_++)];
    if (event.data.ptr == this) continue;  // its watch went away during this turn
    if (event.data.ptr == nullptr) {
      run_posted();
    } else {
      static_cast<Watch*>(event.data.ptr)->happened(event.events);
    }
  }
  event_count_ = 0;
  timers_.expire(now_);
  run_ready();
}

int Loop::timeout_ms() const {
  if (!ready_.empty() || stopped_.load(std::memory_order_relaxed)) return 0;
  const Deadline next = timers_.next();
  if (next.is_never()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next.at - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<long>(left, 0, 60'000));
}

void Loop::run_ready() {
  // What becomes ready meanwhile waits for the next turn, so that input and timers are never starved.
  List<Ready> now;
  now.take(ready_);
  while (!now.empty()) {
    Ready& ready = now.front();
    ready.unlink();
    ready.proceed();
  }
}

void Loop::run_posted() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto size = ::read(wake_.get(), &count, sizeof count);
  std::vector<std::move_only_function<void()>> posted;
  {
    const std::scoped_lock lock(posted_mutex_);
    posted.swap(posted_);
  }
  for (auto& function : posted) function();
}

void Loop::post(std::move_only_function<void()> function) {
  {
    const std::scoped_lock lock(posted_mutex_);
    posted_.push_back(std::move(function));
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto size = ::write(wake_.get(), &one, sizeof one);
}

void Loop::stop() {
  stopped_.store(true, std::memory_order_release);
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto size = ::write(wake_.get(), &one, sizeof one);
}

void Loop::forget(Watch& watch) {
  // The kernel may have handed out events of this watch already, in the batch that is being worked off.
  for (int i = event_index_; i < event_count_; ++i) {
    auto& event = events_[static_cast<std::size_t>(i)];
    if (event.data.ptr == &watch) event.data.ptr = this;
  }
}

}  // namespace gatehouse::async
