// Connecting to a server of a TCP service. A server that does not take the connection is passed over for the next one:
// nothing of the client's has been sent yet.
#pragma once

#include <chrono>
#include <memory>

#include "async/task.h"
#include "base/result.h"
#include "edge/stream/tcp_service.h"
#include "edge/worker_services.h"
#include "net/socket_address.h"
#include "net/stream.h"

namespace gatehouse::edge {

inline constexpr std::size_t kServersTriedMax = 8;

struct Dialled {
  TcpServerPtr server;
  std::unique_ptr<net::Stream> stream;  // secured, where the server speaks TLS
};

// Both ends of the client's connection: what servers are told that want the PROXY protocol.
struct TcpEnds {
  net::SocketAddress client;
  net::SocketAddress own;
};

// kUnavailable without a server; else what the last one had against it.
async::Task<base::Result<Dialled>> dial(WorkerServices& worker, const TcpService& service, const TcpEnds& ends);

// Has the kernel ask after so long a silence whether the peer is still there. 0 or less: not.
void keep_alive(int socket, std::chrono::nanoseconds period);

}  // namespace gatehouse::edge
