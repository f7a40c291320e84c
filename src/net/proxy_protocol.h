// The PROXY protocol, versions 1 and 2 (haproxy.org/download/1.8/doc/proxy-protocol.txt): who is in front of us says in
// the first bytes of a connection whose it really is. Reading and writing of the header, as pure functions; where it is
// believed is the caller's affair.
//
// Strict: an address is a reason to let somebody in. What breaks the rules is broken, not guessed at.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "net/socket_address.h"

namespace gatehouse::net {

// With what a sender may add in version 2. More is broken.
inline constexpr std::size_t kProxyHeaderBytesMax = 4096;

struct ProxyReading {
  enum class State { kAbsent, kIncomplete, kComplete, kBroken };

  State state = State::kBroken;
  std::size_t wanted = 0;  // kIncomplete: no answer before there are so many bytes
  std::size_t size = 0;    // kComplete: of the header; what follows is the connection's own
  // kComplete; neither: the sender speaks for itself, as for a health check, or does not know.
  std::optional<SocketAddress> source;
  std::optional<SocketAddress> destination;
};

// `bytes`: all that has come until now.
ProxyReading read_proxy_header(std::string_view bytes);

enum class ProxyVersion { kOne = 1, kTwo = 2 };

// Of a connection over TCP from the one to the other.
std::string proxy_header(ProxyVersion version, const SocketAddress& source, const SocketAddress& destination);

}  // namespace gatehouse::net
