// Runtime: a snapshot made ready to serve: rules compiled, middlewares built, services balanced, certificates loaded.
// Made on the edge's main thread, immutable from then on and shared by the workers; an exchange holds the one that it
// began with until it ends.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edge/backends/health_target.h"
#include "edge/forwarded.h"
#include "edge/handler.h"
#include "edge/program_facts.h"
#include "edge/routing/route_table.h"
#include "model/snapshot.h"
#include "observe/subject_book.h"
#include "tls/server_settings.h"

namespace gatehouse::tls {
class ServerContexts;
}

namespace gatehouse::edge {

class CertificateList;
class Inventory;
class ProxyTrust;
class TcpRoutes;
class UdpService;
class ServerStatuses;
struct Lasting;

struct CompiledRouter {
  std::string name;
  std::string service;
  std::string rule;
  tls::TlsPolicy guarding_policy = tls::kNoTlsPolicy;  // what a connection must have been negotiated under; none: any
  HandlerPtr handler;
  observe::SubjectId subject = observe::kNoSubject;
  bool access_logs = true;
  bool metrics = true;
  bool tracing = true;
  bool traced_in_detail = false;
  bool recursion_guard = false;
  bool allows_encoded_null = false;  // a middleware of it says so
};

struct CompiledEntryPoint {
  CompiledEntryPoint(std::string entry_point_name, const model::EntryPoint& entry_point, const std::string& host_name)
      : name(std::move(entry_point_name)), config(entry_point), forwarded(entry_point.forwarded_headers, host_name) {}

  std::string name;
  model::EntryPoint config;
  ForwardedPolicy forwarded;
  RouteTable routes;                              // answers with indexes of Runtime::routers
  bool expects_tls = false;                       // a router answers on TLS here
  std::shared_ptr<const ProxyTrust> proxy_trust;  // null: nobody speaks the PROXY protocol
  std::shared_ptr<const TcpRoutes> tcp_routes;    // null: every connection is HTTP's
  std::shared_ptr<const UdpService> udp_service;  // null: datagrams are dropped
  observe::SubjectId subject = observe::kNoSubject;
};

// Why a part of the snapshot does not serve.
struct Problem {
  std::string object;  // "router whoami@docker"
  std::string message;
};

class Runtime {
 public:
  struct Context {
    std::string host_name;
    Lasting& lasting;
    ProgramFacts program = {};
    observe::SubjectBook* subjects = nullptr;  // null: nothing is counted
  };

  // What cannot be compiled is left out and told of in problems; the rest serves. What did not change since the
  // previous one (null at first) is taken over.
  static std::shared_ptr<const Runtime> compile(const model::Snapshot& snapshot, const Runtime* previous,
                                                Context& context, std::vector<Problem>& problems);

  [[nodiscard]] std::uint64_t id() const { return id_; }
  // Null when there is none of that name.
  [[nodiscard]] const CompiledEntryPoint* entry_point(std::string_view name) const;
  [[nodiscard]] const CompiledRouter& router(std::uint32_t index) const { return routers_[index]; }
  // The key authorisation of an ACME token, empty when we wait for no such token.
  [[nodiscard]] std::string_view acme_answer(std::string_view host, std::string_view token) const;
  [[nodiscard]] bool has_acme_tokens() const { return !acme_tokens_.empty(); }
  [[nodiscard]] const std::shared_ptr<const tls::ServerContexts>& tls() const { return tls_; }
  [[nodiscard]] const std::optional<model::AccessLog>& access_log() const { return access_log_; }
  [[nodiscard]] const std::optional<model::Tracing>& tracing() const { return tracing_; }
  // What is counted; null: nothing.
  [[nodiscard]] const observe::Edition* edition() const { return edition_.get(); }
  // Null unless somebody may ask for them.
  [[nodiscard]] const CertificateList* certificates() const { return certificates_.get(); }
  [[nodiscard]] const std::vector<HealthTarget>& health_targets() const { return health_targets_; }
  [[nodiscard]] const ServerStatuses& server_statuses() const { return *server_statuses_; }
  // Null where the API is off.
  [[nodiscard]] const Inventory* inventory() const { return inventory_.get(); }

 private:
  std::uint64_t id_ = 0;
  std::map<std::string, CompiledEntryPoint, std::less<>> entry_points_;
  std::vector<CompiledRouter> routers_;
  std::vector<model::AcmeToken> acme_tokens_;
  std::shared_ptr<const tls::ServerContexts> tls_;
  std::optional<model::AccessLog> access_log_;
  std::optional<model::Tracing> tracing_;
  std::shared_ptr<const observe::Edition> edition_;
  std::shared_ptr<const CertificateList> certificates_;
  std::vector<HealthTarget> health_targets_;
  std::shared_ptr<const ServerStatuses> server_statuses_;
  std::shared_ptr<const Inventory> inventory_;
};

}  // namespace gatehouse::edge
