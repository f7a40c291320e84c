// What a connection begins with, on an entry point that has TCP routers: nothing but bytes, TLS with what its hello
// says, or Postgres' request for TLS. Only looked at: all of it stays in the socket. On the worker's thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "async/loop.h"
#include "async/task.h"
#include "base/result.h"
#include "tls/client_hello.h"

namespace gatehouse::edge {

// PostgreSQL, "Message Formats": SSLRequest, its length and its number.
inline constexpr std::array<char, 8> kPostgresTlsRequest = {0, 0, 0, 8, 4, '\xd2', '\x16', '\x2f'};

struct Opening {
  enum class Kind : std::uint8_t { kSilence, kPlain, kTls, kPostgres };

  Kind kind = Kind::kPlain;
  std::optional<tls::ClientHello> hello;  // of kTls; none: it is broken
};

// kSilence when the deadline passes before the first byte, kTimeout when it does before the decision. kClosed: the
// client has gone. Without `sees_tls` a hello is not read, and Postgres not told from other bytes.
async::Task<base::Result<Opening>> read_opening(async::Loop& loop, int socket, bool sees_tls, async::Deadline deadline);

}  // namespace gatehouse::edge
