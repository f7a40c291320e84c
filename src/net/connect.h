// Connecting to a backend, the Docker Engine, a certificate authority.
#pragma once

#include <memory>

#include "async/task.h"
#include "net/socket_stream.h"

namespace gatehouse::net {

// A connected socket, non-blocking and with TCP_NODELAY, for a stream of the caller's choice.
// kRefused, kUnreachable, kTimeout at the deadline; may be retried, since nothing was sent.
async::Task<base::Result<sys::Fd>> connect_socket(async::Loop& loop, SocketAddress address, async::Deadline deadline,
                                                  base::Fault peer = base::Fault::kBackend);

// The same as a plain stream.
async::Task<base::Result<std::unique_ptr<SocketStream>>> connect(async::Loop& loop, SocketAddress address,
                                                                 async::Deadline deadline,
                                                                 base::Fault peer = base::Fault::kBackend);

}  // namespace gatehouse::net
