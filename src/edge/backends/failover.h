// Failover: a service as long as it is up, else another. With `errors` the other one is also asked when the first has
// answered with one of some statuses. Immutable, shared by the workers. Behaviour: Traefik v3; there the first needs a
// health check or errors, here it is left as well when it has no server at all.
#pragma once

#include <cstdint>

#include "edge/backends/service.h"
#include "model/status_ranges.h"

namespace gatehouse::edge {

struct FailoverSettings {
  ServicePtr first;
  ServicePtr fallback;
  bool spares_down_fallback = false;  // healthCheck: 503 at once when both are down
  model::StatusRanges errors;
  std::uint64_t body_bytes_max = 0;  // of requests that may be asked twice for an error
};

class Failover final : public Service {
 public:
  explicit Failover(FailoverSettings settings) : settings_(std::move(settings)) {}

  [[nodiscard]] async::Task<Response> handle(Exchange& exchange) const override;
  [[nodiscard]] bool is_up(async::Instant now) const override;

 private:
  [[nodiscard]] async::Task<Response> ask_both(Exchange& exchange) const;

  FailoverSettings settings_;
};

}  // namespace gatehouse::edge
