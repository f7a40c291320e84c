// Connecting to a backend, the Docker Engine, a certificate authority.
#pragma once

#include <memory>

#include "async/task.h"
#include "net/socket_stream.h"

namespace gatehouse::net {

// kRefused, kUnreachable, kTimeout at the deadline; may be retried, since nothing was sent. TCP_NODELAY is set.
async::Task<base::Result<std::unique_ptr<SocketStream>>> connect(async::Loop& loop, SocketAddress address,
                                                                 async::Deadline deadline,
                                                                 base::Fault peer = base::Fault::kBackend);

}  // namespace gatehouse::net
