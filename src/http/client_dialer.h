// Dialer: how a Client reaches an origin. Made by whoever makes the client, outlives it; one loop's thread.
#pragma once

#include <memory>
#include <string>

#include "async/task.h"
#include "base/result.h"
#include "http/client_url.h"
#include "net/stream.h"

namespace gatehouse::net {
class Resolver;
}
namespace gatehouse::tls {
class ClientContext;
}

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

// By name, over TCP; https is secured.
class NetworkDialer final : public Dialer {
 public:
  // The context says whom to trust; null where no https is asked for.
  NetworkDialer(async::Loop& loop, net::Resolver& resolver, std::shared_ptr<const tls::ClientContext> context);
  ~NetworkDialer() override;

  // The addresses of a name are tried in turn.
  async::Task<base::Result<std::unique_ptr<net::Stream>>> dial(Origin origin, async::Deadline deadline) override;

 private:
  async::Loop& loop_;
  net::Resolver& resolver_;
  std::shared_ptr<const tls::ClientContext> context_;
};

// Every origin is the one address, whatever its name; https is secured in the name of the origin. For a server that is
// to answer to names which do not lead to it (yet), and for tests.
class AddressDialer final : public Dialer {
 public:
  AddressDialer(async::Loop& loop, net::SocketAddress address, std::shared_ptr<const tls::ClientContext> context);
  ~AddressDialer() override;

  async::Task<base::Result<std::unique_ptr<net::Stream>>> dial(Origin origin, async::Deadline deadline) override;

 private:
  async::Loop& loop_;
  net::SocketAddress address_;
  std::shared_ptr<const tls::ClientContext> context_;
};

}  // namespace gatehouse::http
