// The address of one end of a connection: IPv4, IPv6 or a Unix path. A value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <sys/socket.h>

#include "base/ip_address.h"
#include "base/result.h"

namespace gatehouse::net {

class SocketAddress {
 public:
  SocketAddress();  // of no family

  // "127.0.0.1", "::1", "[::1]"; kInvalid for anything that is not a literal address.
  static base::Result<SocketAddress> from_ip(std::string_view ip, std::uint16_t port);
  // Every local address: IPv6 with IPv4 mapped into it.
  static SocketAddress any(std::uint16_t port);
  // kInvalid when the path does not fit into a sockaddr_un (107 bytes).
  static base::Result<SocketAddress> from_path(std::string_view path);
  static SocketAddress from_native(const sockaddr* address, socklen_t size);
  static SocketAddress local_of(int fd);
  static SocketAddress peer_of(int fd);

  [[nodiscard]] const sockaddr* native() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  [[nodiscard]] socklen_t size() const { return size_; }
  [[nodiscard]] int family() const { return storage_.ss_family; }
  [[nodiscard]] std::uint16_t port() const;  // 0 where there is none
  // 0.0.0.0 for a Unix address.
  [[nodiscard]] base::IpAddress ip_address() const;
  // Without brackets; an IPv4 address that came mapped into IPv6 is given as IPv4. Empty for a Unix address.
  [[nodiscard]] std::string ip() const;
  // "127.0.0.1:80", "[::1]:80", "unix:/path".
  [[nodiscard]] std::string to_string() const;

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

}  // namespace gatehouse::net
