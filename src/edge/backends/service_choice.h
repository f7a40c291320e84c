// ServiceChoice: a service that leads to one of several others: by weight in turns (weighted) or by the client's
// address (highestRandomWeight). Immutable, shared by the workers. Behaviour: Traefik v3; there a child must have a
// health check of its own where the choice has one, here a child without is up as long as it has servers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "edge/backends/rendezvous.h"
#include "edge/backends/schedule.h"
#include "edge/backends/service.h"
#include "edge/backends/sticky.h"

namespace gatehouse::edge {

struct ServiceChoiceSettings {
  std::string name;
  std::vector<ServicePtr> children;
  std::vector<std::string> names;     // of the children
  std::vector<std::int64_t> weights;  // of the children; never below 1
  bool leaves_out_down = false;       // healthCheck
  bool by_address = false;            // else in turns
  std::optional<Sticky> sticky;       // its choices are the children
};

class ServiceChoice final : public Service {
 public:
  explicit ServiceChoice(ServiceChoiceSettings settings);

  [[nodiscard]] async::Task<Response> handle(Exchange& exchange) const override;
  [[nodiscard]] bool is_up(async::Instant now) const override;

 private:
  [[nodiscard]] bool is_usable(std::uint32_t child, async::Instant now) const;
  [[nodiscard]] std::optional<std::uint32_t> choose(const Exchange& exchange) const;
  [[nodiscard]] async::Task<Response> ask_and_remember(Exchange& exchange, std::uint32_t choice) const;

  ServiceChoiceSettings settings_;
  Schedule schedule_;
  Rendezvous rendezvous_;
};

}  // namespace gatehouse::edge
