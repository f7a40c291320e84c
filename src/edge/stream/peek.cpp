#include "edge/stream/peek.h"

#include <cerrno>

#include <sys/socket.h>

namespace gatehouse::edge {

using async::Direction;
using async::Step;
using base::ErrorCode;
using base::fail;
using base::Fault;

Step Peek::attempt() {
  for (;;) {
    const auto count = ::recv(watch().fd(), buffer_.data(), buffer_.size(), MSG_PEEK);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return Step::want(Direction::kRead);
    error_ = count < 0 ? errno : 0;
    if (count <= 0) return Step::done();
    count_ = static_cast<std::size_t>(count);
    // The end of the stream behind these bytes is not in them: the kernel tells of it as an event.
    return count_ >= wanted_ || watch().hung_up() ? Step::done() : Step::want(Direction::kRead);
  }
}

base::Result<std::size_t> Peek::await_resume() const {
  if (timed_out()) return fail(ErrorCode::kTimeout, Fault::kClient, "the client did not say what it wants in time");
  if (error_ != 0) return base::fail_errno(error_, "reading the first bytes", Fault::kClient);
  return count_;
}

}  // namespace gatehouse::edge
