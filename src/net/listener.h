// Listening sockets. open_listener() is called by control, which may bind low ports; the descriptors travel to the
// edge, where each worker makes a Listener of its own one.
#pragma once

#include "async/task.h"
#include "async/watch.h"
#include "base/result.h"
#include "net/socket_address.h"
#include "sys/fd.h"

namespace gatehouse::net {

inline constexpr int kBacklog = 4096;

enum class SharePort : bool { kNo, kYes };

// Binds and listens, non-blocking. With SharePort::kYes several sockets of this process family may listen on one
// address, a worker each, and the kernel spreads connections over them (SO_REUSEPORT).
// kConflict when the port is taken, kPermission when we may not bind it; the message names the address.
base::Result<sys::Fd> open_listener(const SocketAddress& address, SharePort share);
// Fails with kConflict when anybody listens there already, even with SO_REUSEPORT.
base::Result<void> check_free(const SocketAddress& address);
base::Result<sys::Fd> open_unix_listener(const std::string& path, mode_t mode);

struct Accepted {
  sys::Fd socket;  // non-blocking, TCP_NODELAY
  SocketAddress peer;
};

class Listener {
 public:
  Listener(async::Loop& loop, sys::Fd socket);

  // Waits without end, as an accept loop does; drop the task to stop. kLimit when no descriptor is free: wait, and go
  // on.
  async::Task<base::Result<Accepted>> accept();
  [[nodiscard]] SocketAddress address() const { return SocketAddress::local_of(socket_.get()); }
  [[nodiscard]] int fd() const { return socket_.get(); }

 private:
  sys::Fd socket_;
  async::Watch watch_;
};

}  // namespace gatehouse::net
