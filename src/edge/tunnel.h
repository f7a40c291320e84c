// After 101 Switching Protocols: bytes go both ways untouched until either side ends. A side that ends its half ends
// the other's half too; a tunnel on which nothing moves for too long is closed.
#pragma once

#include <chrono>

#include "async/task.h"
#include "edge/read_buffer.h"
#include "net/stream.h"

namespace gatehouse::edge {

inline constexpr std::chrono::hours kTunnelIdleMax{1};  // WebSockets ping more often

struct TunnelCounts {
  std::uint64_t from_client = 0;
  std::uint64_t from_backend = 0;
};

async::Task<TunnelCounts> relay(net::Stream& client, net::Stream& backend, BufferPool& buffers);

}  // namespace gatehouse::edge
