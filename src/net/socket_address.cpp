#include "net/socket_address.h"

#include <cstddef>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace gatehouse::net {

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

SocketAddress::SocketAddress() { storage_.ss_family = AF_UNSPEC; }

SocketAddress SocketAddress::from_native(const sockaddr* address, socklen_t size) {
  SocketAddress result;
  result.size_ = size < sizeof result.storage_ ? size : static_cast<socklen_t>(sizeof result.storage_);
  std::memcpy(&result.storage_, address, result.size_);
  return result;
}

Result<SocketAddress> SocketAddress::from_ip(std::string_view ip, std::uint16_t port) {
  if (ip.starts_with('[') && ip.ends_with(']')) ip = ip.substr(1, ip.size() - 2);
  const std::string text(ip);
  sockaddr_in v4{};
  if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    return from_native(reinterpret_cast<const sockaddr*>(&v4), sizeof v4);
  }
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    return from_native(reinterpret_cast<const sockaddr*>(&v6), sizeof v6);
  }
  return fail(ErrorCode::kInvalid, Fault::kOperator, "\"" + text + "\" is not an IP address");
}

SocketAddress SocketAddress::any(std::uint16_t port) {
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_addr = in6addr_any;
  v6.sin6_port = htons(port);
  return from_native(reinterpret_cast<const sockaddr*>(&v6), sizeof v6);
}

Result<SocketAddress> SocketAddress::from_path(std::string_view path) {
  sockaddr_un address{};
  if (path.size() >= sizeof address.sun_path) {
    return fail(ErrorCode::kInvalid, Fault::kOperator,
                "the path of the Unix socket is too long (107 bytes at most): " + std::string(path));
  }
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  const auto size = offsetof(sockaddr_un, sun_path) + path.size() + 1;
  return from_native(reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(size));
}

namespace {

template <class Call>
SocketAddress ask(Call call, int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (call(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  return SocketAddress::from_native(reinterpret_cast<const sockaddr*>(&storage), size);
}

}  // namespace

SocketAddress SocketAddress::local_of(int fd) { return ask(::getsockname, fd); }
SocketAddress SocketAddress::peer_of(int fd) { return ask(::getpeername, fd); }

std::uint16_t SocketAddress::port() const {
  if (family() == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(storage_).sin_port);
  if (family() == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(storage_).sin6_port);
  return 0;
}

base::IpAddress SocketAddress::ip_address() const {
  if (family() == AF_INET) {
    const auto& address = reinterpret_cast<const sockaddr_in&>(storage_).sin_addr;
    return base::IpAddress::from_v4(
        std::span<const std::uint8_t, 4>(reinterpret_cast<const std::uint8_t*>(&address.s_addr), 4));
  }
  if (family() == AF_INET6) {
    const auto& address = reinterpret_cast<const sockaddr_in6&>(storage_).sin6_addr;
    return base::IpAddress::from_v6(std::span<const std::uint8_t, 16>(address.s6_addr, 16));
  }
  return {};
}

std::string SocketAddress::ip() const {
  if (family() != AF_INET && family() != AF_INET6) return {};
  return ip_address().to_string();
}

std::string SocketAddress::to_string() const {
  if (family() == AF_UNIX) return std::string("unix:") + reinterpret_cast<const sockaddr_un&>(storage_).sun_path;
  const std::string address = ip();
  const bool needs_brackets = address.find(':') != std::string::npos;
  return (needs_brackets ? "[" + address + "]" : address) + ":" + std::to_string(port());
}

}  // namespace gatehouse::net
