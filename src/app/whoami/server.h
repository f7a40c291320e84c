// WhoamiServer: a small HTTP/1.1 server for trying out routes, on one thread. Made by `gatehouse whoami`.
#pragma once

#include <memory>

#include "app/whoami/answer.h"
#include "async/event.h"
#include "async/group.h"
#include "http/h1/framing.h"
#include "net/listener.h"
#include "net/socket_stream.h"

namespace gatehouse::app {

class WhoamiServer {
 public:
  static constexpr std::size_t kConnectionsMax = 10'000;  // more are closed at once

  WhoamiServer(async::Loop& loop, sys::Fd listener, WhoamiIdentity identity);

  // To be spawned; accepts until drain().
  async::Task<void> run();
  // Accepts nobody any more and ends idle connections; true once all have ended, false at the deadline.
  async::Task<bool> drain(async::Deadline deadline);

 private:
  class Input;

  async::Task<void> accept();
  async::Task<void> serve(std::unique_ptr<net::SocketStream> stream, std::string peer);
  async::Task<bool> next_bytes(Input& input, bool is_idle);
  static async::Task<bool> skip_content(Input& input, http::h1::Framing framing);
  async::Task<void> wait_for_drain();

  async::Loop& loop_;
  WhoamiIdentity identity_;
  std::unique_ptr<net::Listener> listener_;
  async::Event draining_;
  async::Group connections_;
};

}  // namespace gatehouse::app
