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
  Connected(async::Watch& socket, async::Deadline deadline) : IoAwaiter(socket, deadline) {}

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

async::Task<Result<sys::Fd>> connect_socket(async::Loop& loop, SocketAddress address, async::Deadline deadline,
                                            base::Fault peer) {
  sys::Fd socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.valid()) co_return fail_errno(errno, "connecting to " + address.to_string());
  if (address.family() != AF_UNIX) {
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  int error = ::connect(socket.get(), address.native(), address.size()) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    async::Watch watch(loop, socket.get());
    error = co_await Connected(watch, deadline);
  } else if (error == EAGAIN) {
    error = ECONNREFUSED;  // a Unix socket with a full backlog; nothing will tell when it has room
  }
  if (error != 0) co_return fail_errno(error, "connecting to " + address.to_string(), peer);
  co_return socket;
}

async::Task<Result<std::unique_ptr<SocketStream>>> connect(async::Loop& loop, SocketAddress address,
                                                           async::Deadline deadline, base::Fault peer) {
  BASE_CO_TRY(auto socket, co_await connect_socket(loop, address, deadline, peer));
  co_return std::make_unique<SocketStream>(loop, std::move(socket), peer);
}

}  // namespace gatehouse::net
