// What a client's first TLS message says before anything is decrypted: the server name and the protocols that it offers
// (RFC 8446 section 4.1.2, RFC 6066 section 3, RFC 7301). For connections that are passed on by what they begin with.
// Pure: bytes in, a value out; nothing is kept, so the bytes can be left in the socket.
//
// Strict, since the server behind us reads the same bytes once more: what two readers could take for two names (an
// extension twice, lengths that do not fit together, bytes behind the message) is broken, and never passed on.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::tls {

inline constexpr unsigned char kHandshakeRecord = 22;  // RFC 8446 section 5.1; no method of HTTP begins with it

// Of the message; with keys for after quantum computers it has two thousand.
inline constexpr std::size_t kHelloBytesMax = 16 * 1024;
// With the headers of the records that it comes in.
inline constexpr std::size_t kHelloWireBytesMax = kHelloBytesMax + 1024;

struct ClientHello {
  std::string server_name;             // lower case, without the root's dot; empty: the client names none
  std::vector<std::string> protocols;  // ALPN, in the client's order
};

struct HelloReading {
  enum class State { kIncomplete, kComplete, kBroken };

  State state = State::kBroken;
  std::size_t wanted = 0;  // kIncomplete: no answer before there are so many bytes
  ClientHello hello;       // kComplete
};

// `bytes`: all that the client has sent until now.
HelloReading read_client_hello(std::string_view bytes);

}  // namespace gatehouse::tls
