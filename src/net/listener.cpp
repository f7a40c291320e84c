#include "net/listener.h"

#include <cerrno>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/wait_io.h"

namespace gatehouse::net {

using async::Direction;
using async::Step;
using base::fail_errno;
using base::Fault;
using base::Result;

namespace {

void set_option(int fd, int level, int option, int value) { ::setsockopt(fd, level, option, &value, sizeof value); }

Result<sys::Fd> bind_socket(const SocketAddress& address, SharePort share) {
  sys::Fd socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return fail_errno(errno, "cannot open a socket for " + address.to_string());
  set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (share == SharePort::kYes) set_option(socket.get(), SOL_SOCKET, SO_REUSEPORT, 1);
  if (address.family() == AF_INET6) set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (::bind(socket.get(), address.native(), address.size()) != 0) {
    return fail_errno(errno, "cannot listen on " + address.to_string(), Fault::kOperator);
  }
  return socket;
}

}  // namespace

Result<sys::Fd> open_listener(const SocketAddress& address, SharePort share) {
  BASE_TRY(auto socket, bind_socket(address, share));
  if (::listen(socket.get(), kBacklog) != 0) {
    return fail_errno(errno, "cannot listen on " + address.to_string(), Fault::kOperator);
  }
  return socket;
}

Result<void> check_free(const SocketAddress& address) {
  if (address.port() == 0) return {};  // the kernel picks a free one
  BASE_TRY(const auto socket, open_listener(address, SharePort::kNo));
  return {};
}

Result<sys::Fd> open_unix_listener(const std::string& path, mode_t mode) {
  BASE_TRY(const auto address, SocketAddress::from_path(path));
  ::unlink(path.c_str());  // of a process that is gone: the caller holds the lock of the folder
  BASE_TRY(auto socket, bind_socket(address, SharePort::kNo));
  if (::chmod(path.c_str(), mode) != 0) return fail_errno(errno, "cannot set the mode of " + path);
  if (::listen(socket.get(), kBacklog) != 0) return fail_errno(errno, "cannot listen on " + path);
  return socket;
}

namespace {

class Accept final : public async::IoAwaiter<Accept> {
 public:
  explicit Accept(async::Watch& listener) : IoAwaiter(listener, async::Deadline::never()) {}

  Step attempt() {
    for (;;) {
      socklen_t size = sizeof peer_;
      fd_ = ::accept4(watch().fd(), reinterpret_cast<sockaddr*>(&peer_), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
      error_ = fd_ < 0 ? errno : 0;
      // A connection that ended while it waited is nobody's error.
      if (error_ == EINTR || error_ == ECONNABORTED) continue;
      return error_ == EAGAIN ? Step::want(Direction::kRead) : Step::done();
    }
  }
  Result<Accepted> await_resume() {
    if (error_ != 0) return fail_errno(error_, "cannot accept a connection");
    sys::Fd socket(fd_);
    if (peer_.ss_family != AF_UNIX) set_option(fd_, IPPROTO_TCP, TCP_NODELAY, 1);
    return Accepted{std::move(socket), SocketAddress::from_native(reinterpret_cast<sockaddr*>(&peer_), sizeof peer_)};
  }

 private:
  int fd_ = -1;
  int error_ = 0;
  sockaddr_storage peer_{};
};

}  // namespace

Listener::Listener(async::Loop& loop, sys::Fd socket) : socket_(std::move(socket)), watch_(loop, socket_.get()) {}

async::Task<Result<Accepted>> Listener::accept() { co_return co_await Accept(watch_); }

}  // namespace gatehouse::net
