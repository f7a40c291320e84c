// After 101 Switching Protocols: bytes go both ways untouched until either side ends. A side that ends its half ends
// the other's half too; a tunnel on which nothing moves for too long is closed.
#pragma once

#include <chrono>

#include "async/task.h"
#include "edge/read_buffer.h"
#include "net/stream.h"

namespace gatehouse::edge {

struct TunnelCounts {
  std::uint64_t from_client = 0;
  std::uint64_t from_backend = 0;
};

// How long nothing may move, in either direction.
struct TunnelLimits {
  async::Duration idle_max = std::chrono::hours(1);                 // WebSockets ping more often
  async::Duration half_closed_idle_max = std::chrono::seconds(10);  // once one side has ended
};

async::Task<TunnelCounts> relay(net::Stream& client, net::Stream& backend, BufferPool& buffers,
                                TunnelLimits limits = {});

}  // namespace gatehouse::edge
