// The end of a client's connection: we say that nothing more will come, and read what it still sends for a little
// while.
#pragma once

#include "async/task.h"
#include "edge/read_buffer.h"
#include "net/stream.h"

namespace gatehouse::edge {

async::Task<void> linger(net::Stream& stream, ReadBuffer& input);

}  // namespace gatehouse::edge
