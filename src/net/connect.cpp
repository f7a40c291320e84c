#include "net/connect.h"

#include <cerrno>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace gatehouse::net {

using async::Step;
using base::fail_errno;
using base::Result;

namespace {

// connect() has been called: the socket becomes writable when it is decided.
class Connected final : public async::IoAwaiter<Connected> {
 public:
  Connected(Stream& stream, async::Deadline deadline) : IoAwaiter(stream.watch(), deadline) {}

  Step attempt() {
    if (!asked_) {  // at first the answer is not in
      asked_ = true;
      return Step::want(async::Direction::kWrite);
    }
    socklen_t size = sizeof error_;
    if (::getsockopt(watch().fd(), SOL_SOCKET, SO_ERROR, &error_, &size) != 0) error_ = errno;
    return Step::done();
  }
  [[nodiscard]] int await_resume() const { return timed_out() ? ETIMEDOUT : error_; }

 private:
  bool asked_ = false;
  int error_ = 0;
};

}  // namespace

async::Task<Result<std::unique_ptr<SocketStream>>> connect(async::Loop& loop, SocketAddress address,
                                                           async::Deadline deadline, base::Fault peer) {
  const std::string attempted = "connecting to " + address.to_string();
  sys::Fd socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.valid()) co_return fail_errno(errno, attempted);
  if (address.family() != AF_UNIX) {
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  int error = ::connect(socket.get(), address.native(), address.size()) == 0 ? 0 : errno;
  if (error != 0 && error != EINPROGRESS) {
    // A Unix socket with a full backlog says EAGAIN; nothing will tell when it has room.
    co_return fail_errno(error == EAGAIN ? ECONNREFUSED : error, attempted, peer);
  }
  auto stream = std::make_unique<SocketStream>(loop, std::move(socket), peer);
  if (error == EINPROGRESS) error = co_await Connected(*stream, deadline);
  if (error != 0) co_return fail_errno(error, attempted, peer);
  co_return stream;
}

}  // namespace gatehouse::net
