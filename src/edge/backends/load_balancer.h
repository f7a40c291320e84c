// LoadBalancer: a service with servers: picks one that is up, by its strategy or by the client's cookie, and forwards.
// Behaviour: Traefik v3. Immutable, shared by the workers; the states of its servers outlive it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "edge/backends/checked_health.h"
#include "edge/backends/origin.h"
#include "edge/backends/rendezvous.h"
#include "edge/backends/schedule.h"
#include "edge/backends/server_state.h"
#include "edge/backends/service.h"
#include "edge/backends/sticky.h"
#include "edge/backends/transport.h"
#include "edge/exchange.h"

namespace gatehouse::edge {

// How the next server is chosen.
enum class Strategy : std::uint8_t {
  kTurns,       // wrr: by weight, in turns
  kLessBusy,    // p2c: of two at random the one with fewer requests in flight
  kRendezvous,  // hrw: by the client's address
  kLeastTime,   // leasttime: the least mean time to the head, times the requests in flight
};

struct BalancedServer {
  Origin origin;
  std::int64_t weight = 1;                 // never below 1
  bool fenced = false;                     // only for those whom a cookie leads here
  std::shared_ptr<CheckedHealth> checked;  // null: not checked
  std::shared_ptr<ServerState> state;      // null: nothing is to be learnt of it
};

struct LoadBalancerSettings {
  ServiceLabel label;
  std::vector<BalancedServer> servers;
  Strategy strategy = Strategy::kTurns;
  bool ejects_failing = false;  // passiveHealthCheck; needs states, and so do kLessBusy and kLeastTime
  bool pass_host_header = true;
  std::optional<Sticky> sticky;  // its choices are the servers
  std::shared_ptr<const Transport> transport;
};

class LoadBalancer final : public Service {
 public:
  explicit LoadBalancer(LoadBalancerSettings settings);

  [[nodiscard]] async::Task<Response> handle(Exchange& exchange) const override;
  [[nodiscard]] bool is_up(async::Instant now) const override;
  [[nodiscard]] bool is_up(std::size_t server, async::Instant now) const;

  [[nodiscard]] const std::vector<BalancedServer>& servers() const { return settings_.servers; }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view url) const;
  [[nodiscard]] bool watches_health() const { return !always_up_; }

 private:
  [[nodiscard]] std::optional<std::uint32_t> choose(Exchange& exchange) const;
  [[nodiscard]] std::optional<std::uint32_t> choose_less_busy(async::Instant now) const;
  [[nodiscard]] std::optional<std::uint32_t> choose_least_time(async::Instant now) const;
  [[nodiscard]] bool is_open(std::size_t server, async::Instant now) const;  // to whoever comes
  [[nodiscard]] async::Task<Response> ask(Exchange& exchange, std::uint32_t choice) const;
  [[nodiscard]] async::Task<Response> ask_and_learn(Exchange& exchange, std::uint32_t choice) const;
  [[nodiscard]] async::Task<Response> ask_and_remember(Exchange& exchange, std::uint32_t choice) const;
  void judge(const Exchange& exchange, const Response& response, std::uint32_t choice) const;

  LoadBalancerSettings settings_;
  Schedule schedule_;
  Rendezvous rendezvous_;
  bool always_up_;  // nobody says otherwise
  bool learns_;
  mutable std::atomic<std::uint64_t> dice_ = 0;
};

}  // namespace gatehouse::edge
