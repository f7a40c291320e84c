#include "async/watch.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <sys/epoll.h>

namespace gatehouse::async {

Watch::Watch(Loop& loop, int fd) : loop_(loop), fd_(fd) {
  epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.ptr = this}};
  if (::epoll_ctl(loop.epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

Watch::~Watch() {
  // Not left to close(): another process may hold the same open file, and then it would stay in the set.
  ::epoll_ctl(loop_.epoll_.get(), EPOLL_CTL_DEL, fd_, nullptr);
  loop_.forget(*this);
  if (gone_ != nullptr) *gone_ = true;
}

void Watch::happened(std::uint32_t events) {
  constexpr std::uint32_t kEnd = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
  if ((events & kEnd) != 0) hung_up_ = true;
  bool gone = false;
  gone_ = &gone;
  if ((events & (EPOLLIN | kEnd)) != 0) {
    maybe_[index(Direction::kRead)] = true;
    if (auto* reader = std::exchange(waiters_[index(Direction::kRead)], nullptr)) reader->ready();
    if (gone) return;
  }
  if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) {
    maybe_[index(Direction::kWrite)] = true;
    if (auto* writer = std::exchange(waiters_[index(Direction::kWrite)], nullptr)) writer->ready();
    if (gone) return;
  }
  gone_ = nullptr;
}

}  // namespace gatehouse::async
