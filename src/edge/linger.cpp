#include "edge/linger.h"

#include "edge/client_limits.h"

namespace gatehouse::edge {

async::Task<void> linger(net::Stream& stream, ReadBuffer& input) {
  const auto deadline = stream.loop().deadline(kLingerTime);
  if (!co_await stream.shutdown_write(deadline)) co_return;
  for (std::size_t seen = 0; seen < kLingerBytesMax;) {
    const auto count = co_await input.fill(stream, deadline);
    if (!count || *count == 0) co_return;
    seen += *count;
  }
}

}  // namespace gatehouse::edge
