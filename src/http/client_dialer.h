// Dialer: how a Client reaches an origin. Made by whoever makes the client, outlives it; one loop's thread.
#pragma once

#include <memory>
#include <string>

#include "async/task.h"
#include "base/result.h"
#include "http/client_url.h"
#include "net/stream.h"

namespace gatehouse::http {

class Dialer {
 public:
  virtual ~Dialer() = default;
  Dialer(const Dialer&) = delete;
  Dialer& operator=(const Dialer&) = delete;

  // A new connection, secured where the origin's scheme says so. The error names the peer.
  virtual async::Task<base::Result<std::unique_ptr<net::Stream>>> dial(Origin origin, async::Deadline deadline) = 0;

 protected:
  Dialer() = default;
};

// Every origin is the one Unix socket.
class UnixDialer final : public Dialer {
 public:
  UnixDialer(async::Loop& loop, std::string path) : loop_(loop), path_(std::move(path)) {}

  async::Task<base::Result<std::unique_ptr<net::Stream>>> dial(Origin origin, async::Deadline deadline) override;

 private:
  async::Loop& loop_;
  std::string path_;
};

// Every origin is the one address, without encryption: a daemon on tcp://, a server of a test.
class AddressDialer final : public Dialer {
 public:
  AddressDialer(async::Loop& loop, net::SocketAddress address) : loop_(loop), address_(address) {}

  async::Task<base::Result<std::unique_ptr<net::Stream>>> dial(Origin origin, async::Deadline deadline) override;

 private:
  async::Loop& loop_;
  net::SocketAddress address_;
};

}  // namespace gatehouse::http
