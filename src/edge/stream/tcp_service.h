// TcpService: where the connections of a TCP router go: servers in turns, or other services by weight. Compiled with a
// snapshot, immutable but for whose turn it is, shared by the workers. A connection holds the server that it goes to.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/deadline.h"
#include "base/result.h"
#include "edge/backends/origin.h"
#include "edge/stream/turns.h"
#include "model/snapshot.h"
#include "net/proxy_protocol.h"

namespace gatehouse::tls {
class ClientContext;
}

namespace gatehouse::edge {

struct TcpTransport {
  async::Duration dial_timeout{};
  async::Duration keep_alive{};         // 0 or less: none
  async::Duration termination_delay{};  // below 0: none
  std::optional<net::ProxyVersion> proxy_version;
  std::shared_ptr<const tls::ClientContext> client_tls;
};

struct TcpServer {
  Origin origin;  // host, port, and whether it speaks TLS
  std::shared_ptr<const TcpTransport> transport;
};
using TcpServerPtr = std::shared_ptr<const TcpServer>;

class TcpService final : public Turns<TcpServer> {
 public:
  using Turns::Turns;
};
using TcpServicePtr = std::shared_ptr<const TcpService>;

// Builds each service of a snapshot once. For the length of a compilation.
class TcpServiceBuilder {
 public:
  explicit TcpServiceBuilder(const model::SnapshotTcp& config) : config_(config) {}

  // kNotFound or kInvalid, with what is missing or wrong.
  base::Result<TcpServicePtr> build(const std::string& name);

 private:
  using TransportPtr = std::shared_ptr<const TcpTransport>;

  base::Result<TcpServicePtr> make(const model::TcpService& service);
  base::Result<TcpServicePtr> make(const model::TcpLoadBalancer& balancer);
  base::Result<TcpServicePtr> make(const model::StreamWeighted& weighted);
  base::Result<TransportPtr> transport(const std::string& name);

  const model::SnapshotTcp& config_;
  std::map<std::string, TcpServicePtr> built_;  // null: being built
  std::map<std::string, TransportPtr> transports_;
};

}  // namespace gatehouse::edge
