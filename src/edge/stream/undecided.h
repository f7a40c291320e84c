// Until it is decided whose a connection is, it has begun nothing, and a drain does not wait for it. On the worker's
// thread, on the frame of the connection's coroutine.
#pragma once

#include <sys/socket.h>

#include "edge/connection.h"

namespace gatehouse::edge {

class Undecided final : public OpenConnection {
 public:
  Undecided(WorkerState& worker, int socket) : socket_(socket) { worker.open.push_back(*this); }

  void end_if_idle() override { ::shutdown(socket_, SHUT_RD); }

 private:
  int socket_;
};

}  // namespace gatehouse::edge
