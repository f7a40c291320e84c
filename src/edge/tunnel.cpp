#include "edge/tunnel.h"

#include "async/race.h"

namespace gatehouse::edge {

using async::Deadline;
using async::Instant;
using async::Task;
using base::Result;

namespace {

// What the two directions know of each other.
struct Flow {
  const TunnelLimits& limits;
  BufferPool& buffers;
  Instant moved;
  bool half_closed = false;
};

// As a read, but gives up only when nothing has moved either way for too long, and holds no memory while it waits.
Task<Result<std::size_t>> read(net::Stream& from, ReadBuffer& buffer, const Flow& flow) {
  for (;;) {
    const Instant end = flow.moved + flow.limits.idle_max;
    if (co_await from.readable(Deadline{end})) {
      const auto attempt = from.try_read(buffer.room());
      if (attempt.step.kind == async::Step::Kind::kDone) {
        if (attempt.error != 0) co_return base::fail(from.error(attempt.error, "reading"));
        co_return attempt.count;
      }
      // TLS may have to write before it can read.
      if (attempt.step.kind == async::Step::Kind::kWantWrite) co_return co_await buffer.fill(from, Deadline{end});
      buffer.release();
    } else if (flow.moved + flow.limits.idle_max <= end) {
      co_return base::fail(from.timeout("reading"));
    }
  }
}

// True when `from` has ended in order, and `to` was told.
Task<bool> pump(net::Stream& from, net::Stream& to, Flow& flow, std::uint64_t& count) {
  ReadBuffer buffer(flow.buffers);
  for (;;) {
    const auto size = co_await read(from, buffer, flow);
    if (!size) co_return false;
    const auto deadline = from.loop().deadline(flow.limits.idle_max);
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
