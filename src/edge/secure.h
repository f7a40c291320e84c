// The first bytes of a connection decide: a TLS handshake, HTTP/2 by prior knowledge (RFC 9113 section 3.3) or HTTP/1.
// One port may carry them all, as with Traefik; which routers answer depends on it.
#pragma once

#include <cstdint>
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

enum class Spoken : std::uint8_t { kHttp1, kHttp2, kTls };

// What the first bytes say; they are left where they are.
async::Task<base::Result<Spoken>> spoken_first(async::Loop& loop, int socket, async::Deadline deadline);

// The stream to go on with after a handshake; what that said is put into client.
async::Task<base::Result<std::unique_ptr<net::Stream>>> secure(async::Loop& loop, sys::Fd socket,
                                                               std::shared_ptr<const tls::ServerContexts> contexts,
                                                               ClientInfo& client, async::Deadline deadline);

}  // namespace gatehouse::edge
