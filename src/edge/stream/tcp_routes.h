// TcpRoutes: the TCP routers of one entry point, and which connections they take from HTTP. Compiled with a snapshot,
// immutable, shared by the workers. Precedence: Traefik v3. On a plain connection a TCP router goes before HTTP; on a
// TLS connection HTTP routers that name the host go first, then TCP routers that do, then HTTP routers that name none,
// then HostSNI(`*`).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "edge/lasting.h"
#include "edge/stream/tcp_guard.h"
#include "edge/stream/tcp_rule.h"
#include "edge/stream/tcp_service.h"
#include "model/snapshot.h"

namespace gatehouse::edge {

struct TcpRoute {
  std::string name;
  TcpRule rule;
  std::int64_t priority = 0;
  bool passthrough = false;
  std::string tls_options;
  std::vector<TcpGuard> guards;  // in the order they are asked
  TcpServicePtr service;
};
using TcpRoutePtr = std::shared_ptr<const TcpRoute>;

// The hosts of HTTP routers that answer on TLS.
class HttpsHosts {
 public:
  void add(const model::SnapshotRouter& router);

  [[nodiscard]] bool empty() const { return exact_.empty() && below_.empty() && !any_; }
  // There is a router whose rule names no host.
  [[nodiscard]] bool any() const { return any_; }
  [[nodiscard]] bool names(std::string_view server_name) const;

 private:
  std::set<std::string, std::less<>> exact_;
  std::set<std::string, std::less<>> below_;  // *.x as x
  bool any_ = false;
};

class TcpRoutes {
 public:
  // Nothing but plain TCP is spoken here: the client need not say anything first.
  [[nodiscard]] bool is_plain_only() const { return secure_.empty() && https_.empty(); }
  [[nodiscard]] bool has_secure() const { return !secure_.empty(); }

  // Null: it is for HTTP.
  [[nodiscard]] TcpRoutePtr match_plain(const TcpFacts& facts) const;
  [[nodiscard]] TcpRoutePtr match_secure(const TcpFacts& facts) const;
  // Where HTTP is out of the question: Postgres' way to begin with TLS.
  [[nodiscard]] TcpRoutePtr match_secure_tcp(const TcpFacts& facts) const;

 private:
  friend class TcpRoutesBuilder;

  std::vector<TcpRoutePtr> plain_;  // by falling priority
  std::vector<TcpRoutePtr> secure_;
  HttpsHosts https_;
};

// Those of a snapshot, for one entry point after the other. For the length of a compilation.
class TcpRoutesBuilder {
 public:
  using Report = std::function<void(std::string object, std::string message)>;

  TcpRoutesBuilder(const model::Snapshot& snapshot, Lasting& lasting, const Report& report);

  // Null when there is no TCP router for it.
  [[nodiscard]] std::shared_ptr<const TcpRoutes> routes_of(const std::string& entry_point) const;

 private:
  struct Placed {
    const model::SnapshotTcpRouter* router;
    TcpRoutePtr route;
  };

  base::Result<TcpRoutePtr> make(const model::SnapshotTcpRouter& router, Lasting& lasting);

  const model::Snapshot& snapshot_;
  TcpServiceBuilder services_;
  std::vector<Placed> placed_;  // by falling priority
};

}  // namespace gatehouse::edge
