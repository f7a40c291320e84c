// The first bytes of a connection decide: a TLS handshake or plain HTTP. One port may carry both, as with Traefik;
// which routers answer depends on it.
#pragma once

#include <memory>

#include "async/deadline.h"
#include "async/task.h"
#include "base/result.h"
#include "net/stream.h"
#include "sys/fd.h"

namespace gatehouse::tls {
class ServerContexts;
}

namespace gatehouse::edge {

struct ClientInfo;

struct SecureTimes {
  async::Duration first_byte;
  async::Duration handshake;  // from the first byte on
};

// The stream to go on with; what the handshake said is put into client.
async::Task<base::Result<std::unique_ptr<net::Stream>>> secure(async::Loop& loop, sys::Fd socket,
                                                               std::shared_ptr<const tls::ServerContexts> contexts,
                                                               ClientInfo& client, SecureTimes times);

}  // namespace gatehouse::edge
