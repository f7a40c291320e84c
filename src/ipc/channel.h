// Channel: one end of the connection between control and edge. Whole messages in, whole messages out, in order. Owned
// by the side that made it, on its main thread. One task receives, one at a time sends.
#pragma once

#include <string>
#include <vector>

#include "async/event.h"
#include "async/task.h"
#include "async/watch.h"
#include "base/result.h"
#include "ipc/frame.h"
#include "sys/fd.h"

namespace gatehouse::ipc {

struct Message {
  Type type = Type::kHello;
  std::string payload;
  std::vector<sys::Fd> descriptors;
};

class Channel {
 public:
  // A connected, non-blocking Unix stream socket.
  Channel(async::Loop& loop, sys::Fd socket);

  // kClosed when the peer is gone; after any error the channel is of no use. The message's descriptors stay ours until
  // they are sent, and are closed then. Senders queue up.
  async::Task<base::Result<void>> send(Message message, async::Deadline deadline);
  async::Task<base::Result<Message>> receive(async::Deadline deadline);

 private:
  async::Task<base::Result<void>> fill(std::span<std::byte> buffer, async::Deadline deadline);

  sys::Fd socket_;
  async::Watch watch_;
  bool sending_ = false;
  async::Event sent_;
  std::vector<sys::Fd> received_;  // came with bytes that have been read, not yet claimed by a message
};

}  // namespace gatehouse::ipc
