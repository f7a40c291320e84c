#include "net/datagram.h"

#include <cerrno>

#include <netinet/in.h>
#include <sys/socket.h>

namespace gatehouse::net {

using async::Direction;
using async::Step;
using base::fail_errno;
using base::Fault;
using base::Result;

namespace {

constexpr int kType = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;

void set_option(int fd, int level, int option, int value) { ::setsockopt(fd, level, option, &value, sizeof value); }

}  // namespace

Result<sys::Fd> open_datagram_listener(const SocketAddress& address, SharePort share) {
  sys::Fd socket(::socket(address.family(), kType, 0));
  if (!socket.valid()) return fail_errno(errno, "cannot open a socket for " + address.to_string());
  if (share == SharePort::kYes) set_option(socket.get(), SOL_SOCKET, SO_REUSEPORT, 1);
  if (address.family() == AF_INET6) set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (::bind(socket.get(), address.native(), address.size()) != 0) {
    return fail_errno(errno, "cannot listen on " + address.to_string(), Fault::kOperator);
  }
  return socket;
}

Result<void> check_datagram_free(const SocketAddress& address) {
  if (address.port() == 0) return {};  // the kernel picks a free one
  BASE_TRY(const auto socket, open_datagram_listener(address, SharePort::kNo));
  return {};
}

Result<sys::Fd> connect_datagram(const SocketAddress& address) {
  sys::Fd socket(::socket(address.family(), kType, 0));
  if (!socket.valid()) return fail_errno(errno, "cannot open a socket for " + address.to_string());
  if (::connect(socket.get(), address.native(), address.size()) != 0) {
    return fail_errno(errno, "connecting to " + address.to_string(), Fault::kBackend);
  }
  return socket;
}

bool is_datagram_socket(int fd) {
  int type = 0;
  socklen_t size = sizeof type;
  return ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_DGRAM;
}

Step ReceiveDatagram::attempt() {
  for (;;) {
    peer_size_ = sizeof peer_;
    const auto count =
        ::recvfrom(watch().fd(), buffer_.data(), buffer_.size(), 0, reinterpret_cast<sockaddr*>(&peer_), &peer_size_);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return Step::want(Direction::kRead);
    error_ = count < 0 ? errno : 0;
    size_ = count < 0 ? 0 : static_cast<std::size_t>(count);
    return Step::done();
  }
}

Result<Datagram> ReceiveDatagram::await_resume() const {
  if (timed_out()) {
    return base::fail(base::ErrorCode::kTimeout, Fault::kBackend, "no datagram came before the deadline");
  }
  if (error_ != 0) return fail_errno(error_, "receiving a datagram", Fault::kBackend);
  return Datagram{.size = size_,
                  .peer = SocketAddress::from_native(reinterpret_cast<const sockaddr*>(&peer_), peer_size_)};
}

}  // namespace gatehouse::net
