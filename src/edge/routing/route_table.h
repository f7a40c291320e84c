// RouteTable: which router answers a request on one entry point. Compiled with a snapshot from all routers that listen
// there, immutable, shared by the workers. However many routers there are, a request is compared with the few that its
// host and path leave; the answer is the one that asking all of them in order of priority would have found.
//
// Priority: higher first; then the provider that precedes; then the name, where Traefik leaves it to chance.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "edge/routing/decision.h"
#include "edge/routing/host_index.h"
#include "edge/routing/request_view.h"
#include "model/rule.h"

namespace gatehouse::edge {

// A router, as far as matching is concerned. The views have to be valid while the table is compiled.
struct RouteSpec {
  std::string_view name = {};  // name@provider
  std::string_view rule = {};
  model::RuleSyntax syntax = model::RuleSyntax::kV3;
  std::int64_t priority = 0;                       // 0: the length of the rule
  int provider_rank = 0;                           // place in providers.precedence; the lower wins a tie
  std::span<const std::string> entry_points = {};  // empty: all of them
  bool tls = false;                                // answers on TLS only, else on plain connections only
  std::uint32_t target = 0;                        // what match() answers: the caller's own index
};

// A router that is left out, and why.
struct RefusedRoute {
  std::string name;
  base::Error error;
};

class RouteTable {
 public:
  // An empty table: every request is unmatched.
  RouteTable();

  // The routers of the entry point. Those with a bad rule are left out and told of; the others work.
  [[nodiscard]] static RouteTable compile(std::string_view entry_point, std::span<const RouteSpec> specs,
                                          std::vector<RefusedRoute>& refused);

  // The target of the router that answers; none: 404.
  [[nodiscard]] std::optional<std::uint32_t> match(const RequestView& request) const;

 private:
  struct Route {
    Decision decision;
    std::uint32_t target;
  };

  // The routers for TLS and those for plain connections never meet.
  struct Side {
    std::vector<Route> routes;  // by rank
    HostIndex index;
  };

  static Side compile_side(std::vector<const RouteSpec*> specs, std::vector<RefusedRoute>& refused);

  Side plain_;
  Side secure_;
};

}  // namespace gatehouse::edge
