#include "edge/tunnel.h"

#include "async/race.h"

namespace gatehouse::edge {

using async::Task;

namespace {

constexpr std::chrono::seconds kHalfCloseGrace{10};  // for the other half, once one has ended

Task<bool> pump(net::Stream& from, net::Stream& to, BufferPool& buffers, std::uint64_t& count) {
  ReadBuffer buffer(buffers);
  for (;;) {
    const auto deadline = from.loop().deadline(kTunnelIdleMax);
    if (!co_await from.readable(deadline)) co_return false;
    const auto size = co_await buffer.fill(from, deadline);
    if (!size) co_return false;
    if (*size == 0) co_return (co_await to.shutdown_write(deadline)).has_value();
    buffer.filled(*size);
    if (!co_await to.write(buffer.unread(), deadline)) co_return false;
    count += *size;
    buffer.release();
  }
}

// One direction; when it ends, the other has a grace to end by itself.
Task<void> pump_then_wait(net::Stream& from, net::Stream& to, BufferPool& buffers, std::uint64_t& count) {
  if (co_await pump(from, to, buffers, count)) co_await async::sleep(from.loop(), kHalfCloseGrace);
}

}  // namespace

Task<TunnelCounts> relay(net::Stream& client, net::Stream& backend, BufferPool& buffers) {
  TunnelCounts counts;
  co_await async::first_of(pump_then_wait(client, backend, buffers, counts.from_client),
                           pump_then_wait(backend, client, buffers, counts.from_backend));
  co_return counts;
}

}  // namespace gatehouse::edge
