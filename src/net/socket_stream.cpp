#include "net/socket_stream.h"

#include <cerrno>
#include <system_error>

#include <sys/socket.h>

namespace gatehouse::net {

using async::Direction;

SocketStream::SocketStream(async::Loop& loop, sys::Fd fd, base::Fault peer)
    : OwnedSocket{std::move(fd)}, Stream(loop, socket.get(), peer) {}

Attempt SocketStream::try_read(Bytes buffer) {
  if (!watch().maybe(Direction::kRead)) return Attempt::want(Direction::kRead);
  for (;;) {
    const auto count = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (count >= 0) {
      // Less than asked for: the kernel has no more, unless the peer has hung up and the end is still to be read.
      if (static_cast<std::size_t>(count) < buffer.size() && !watch().hung_up()) watch().exhausted(Direction::kRead);
      return Attempt::done(static_cast<std::size_t>(count));
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return Attempt::failed(errno);
    watch().exhausted(Direction::kRead);
    return Attempt::want(Direction::kRead);
  }
}

Attempt SocketStream::try_write(std::span<const iovec> parts) {
  for (;;) {
    const msghdr message{.msg_name = nullptr,
                         .msg_namelen = 0,
                         .msg_iov = const_cast<iovec*>(parts.data()),
                         .msg_iovlen = parts.size(),
                         .msg_control = nullptr,
                         .msg_controllen = 0,
                         .msg_flags = 0};
    const auto count = ::sendmsg(socket.get(), &message, MSG_NOSIGNAL);
    if (count >= 0) return Attempt::done(static_cast<std::size_t>(count));
    if (errno == EINTR) continue;
    if (errno == EAGAIN) return Attempt::want(Direction::kWrite);
    return Attempt::failed(errno);
  }
}

Attempt SocketStream::try_shutdown_write() {
  return ::shutdown(socket.get(), SHUT_WR) == 0 ? Attempt::done(0) : Attempt::failed(errno);
}

std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>> stream_pair(async::Loop& loop) {
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) != 0) {
    throw std::system_error(errno, std::generic_category(), "socketpair");
  }
  return {std::make_unique<SocketStream>(loop, sys::Fd(fds[0]), base::Fault::kClient),
          std::make_unique<SocketStream>(loop, sys::Fd(fds[1]), base::Fault::kBackend)};
}

}  // namespace gatehouse::net
