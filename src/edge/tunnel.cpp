#include "edge/tunnel.h"

#include "async/race.h"

namespace gatehouse::edge {

using async::Deadline;
using async::Instant;
using async::Task;

namespace {

// What the two directions know of each other.
struct Flow {
  const TunnelLimits& limits;
  BufferPool& buffers;
  Instant moved;
  bool half_closed = false;
};

// False when nothing has moved either way for too long.
Task<bool> wait_for_input(net::Stream& from, const Flow& flow) {
  for (;;) {
    const Instant end = flow.moved + flow.limits.idle_max;
    if (co_await from.readable(Deadline{end})) co_return true;
    if (flow.moved + flow.limits.idle_max <= end) co_return false;
  }
}

// True when `from` has ended in order, and `to` was told.
Task<bool> pump(net::Stream& from, net::Stream& to, Flow& flow, std::uint64_t& count) {
  ReadBuffer buffer(flow.buffers);
  for (;;) {
    if (!co_await wait_for_input(from, flow)) co_return false;
    const auto deadline = from.loop().deadline(flow.limits.idle_max);
    const auto size = co_await buffer.fill(from, deadline);
    if (!size) co_return false;
    if (*size == 0) co_return (co_await to.shutdown_write(deadline)).has_value();
    buffer.filled(*size);
    flow.moved = from.loop().now();
    if (!co_await to.write(buffer.unread(), deadline)) co_return false;
    count += *size;
    buffer.release();
  }
}

// One direction. Its end is the end of the tunnel, but when it is the first to end and did so in order: then the other
// goes on for as long as something moves.
Task<void> carry(net::Stream& from, net::Stream& to, Flow& flow, std::uint64_t& count) {
  if (!co_await pump(from, to, flow, count) || flow.half_closed) co_return;
  flow.half_closed = true;
  flow.moved = from.loop().now();
  for (Instant end{}; end < flow.moved + flow.limits.half_closed_idle_max;) {
    end = flow.moved + flow.limits.half_closed_idle_max;
    co_await async::sleep_until(from.loop(), Deadline{end});
  }
}

}  // namespace

Task<TunnelCounts> relay(net::Stream& client, net::Stream& backend, BufferPool& buffers, TunnelLimits limits) {
  TunnelCounts counts;
  Flow flow{.limits = limits, .buffers = buffers, .moved = client.loop().now()};
  co_await async::first_of(carry(client, backend, flow, counts.from_client),
                           carry(backend, client, flow, counts.from_backend));
  co_return counts;
}

}  // namespace gatehouse::edge
