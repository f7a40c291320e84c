// A Stream over a connected TCP or Unix socket, without encryption.
#pragma once

#include <memory>
#include <utility>

#include "net/stream.h"
#include "sys/fd.h"

namespace gatehouse::net {

namespace detail {

// Closed after the Stream's watch is gone, since bases are destroyed in reverse order.
struct OwnedSocket {
  sys::Fd socket;
};

}  // namespace detail

class SocketStream final : private detail::OwnedSocket, public Stream {
 public:
  // The socket is connected and non-blocking.
  SocketStream(async::Loop& loop, sys::Fd socket, base::Fault peer);

  Attempt try_read(Bytes buffer) override;
  Attempt try_write(std::span<const iovec> parts) override;
  Attempt try_shutdown_write() override;

  [[nodiscard]] int fd() const { return socket.get(); }
};

// Two connected streams, for tests that script both sides.
std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>> stream_pair(async::Loop& loop);

}  // namespace gatehouse::net
