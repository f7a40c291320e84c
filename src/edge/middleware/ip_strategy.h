// Which address counts as the client's: the peer's, or one that proxies in front of us name in X-Forwarded-For. The
// field was removed when the peer is not trusted, so what is in it here may be believed as far as the operator says.
// Immutable, shared by the workers. Behaviour: Traefik v3.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/result.h"
#include "edge/exchange.h"
#include "model/middleware_guard.h"

namespace gatehouse::edge {

class IpStrategy {
 public:
  // `option` is told in errors. Without a configuration: the peer.
  static base::Result<IpStrategy> make(std::string_view option, const std::optional<model::IpStrategy>& config);

  // nullopt when X-Forwarded-For does not name it.
  [[nodiscard]] std::optional<base::IpAddress> client_of(const Exchange& exchange) const;

 private:
  [[nodiscard]] std::optional<base::IpAddress> pick(const Exchange& exchange) const;

  std::size_t depth_ = 0;             // 0: not by depth
  std::vector<base::Cidr> excluded_;  // empty: not by exclusion
  std::size_t ipv6_prefix_bits_ = 0;  // 0: IPv6 addresses stay whole
};

}  // namespace gatehouse::edge
