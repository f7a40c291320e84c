// Who is counted together by rateLimit and inFlightReq: requests from one address, with one value of a field, or for
// one host. Immutable, shared by the workers. Behaviour: Traefik v3.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "edge/exchange.h"
#include "edge/middleware/ip_strategy.h"
#include "model/middleware_guard.h"

namespace gatehouse::edge {

class RequestSource {
 public:
  enum class Kind : std::uint8_t { kAddress, kField, kHost };

  // `option` is told in errors, such as that more than one criterion is set; `otherwise` counts when none is.
  static base::Result<RequestSource> make(std::string_view option, const std::optional<model::SourceCriterion>& config,
                                          Kind otherwise);

  // Empty when the request does not say: such requests are counted together.
  [[nodiscard]] std::string of(const Exchange& exchange) const;

 private:
  RequestSource(Kind kind, IpStrategy strategy, std::string field)
      : kind_(kind), strategy_(std::move(strategy)), field_(std::move(field)) {}

  Kind kind_;
  IpStrategy strategy_;
  std::string field_;
};

}  // namespace gatehouse::edge
