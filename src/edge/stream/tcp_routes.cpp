#include "edge/stream/tcp_routes.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "edge/routing/request_view.h"
#include "model/rule.h"

namespace gatehouse::edge {

using base::Result;

namespace {

bool serves(const std::vector<std::string>& entry_points, const std::string& name) {
  return entry_points.empty() || std::ranges::find(entry_points, name) != entry_points.end();
}

TcpRoutePtr first_of(const std::vector<TcpRoutePtr>& routes, const TcpFacts& facts) {
  const auto found = std::ranges::find_if(routes, [&](const auto& route) { return route->rule.accepts(facts); });
  return found == routes.end() ? nullptr : *found;
}

}  // namespace

void HttpsHosts::add(const model::SnapshotRouter& router) {
  const auto rule = model::parse_rule(router.rule, model::rule_syntax(router.rule_syntax));
  if (!rule) return;  // the route table tells of it
  const auto hosts = model::rule_hosts(*rule);
  any_ = any_ || hosts.empty();
  for (const auto& host : hosts) {
    if (host == "*") {
      any_ = true;
    } else if (host.starts_with("*.")) {
      below_.insert(host.substr(2));
    } else {
      exact_.insert(host);
    }
  }
}

bool HttpsHosts::names(std::string_view server_name) const {
  const auto name = bare_host(server_name);
  return exact_.contains(name) || below_.contains(parent_domain(name));
}

TcpRoutePtr TcpRoutes::match_plain(const TcpFacts& facts) const { return first_of(plain_, facts); }

TcpRoutePtr TcpRoutes::match_secure(const TcpFacts& facts) const {
  if (https_.names(facts.server_name)) return nullptr;
  auto route = first_of(secure_, facts);
  return route && route->rule.is_catch_all() && https_.any() ? nullptr : route;
}

TcpRoutePtr TcpRoutes::match_secure_tcp(const TcpFacts& facts) const { return first_of(secure_, facts); }

TcpRoutesBuilder::TcpRoutesBuilder(const model::Snapshot& snapshot, Lasting& lasting, const Report& report)
    : snapshot_(snapshot), services_(snapshot.tcp) {
  for (const auto& router : snapshot.tcp.routers) {
    auto route = make(router, lasting);
    if (route) {
      placed_.push_back({&router, *std::move(route)});
    } else {
      report("tcp router " + router.name, route.error().message);
    }
  }
  // Of equal priority the first one stays first.
  std::ranges::sort(placed_, {},
                    [](const Placed& placed) { return std::pair(-placed.route->priority, placed.router); });
}

Result<TcpRoutePtr> TcpRoutesBuilder::make(const model::SnapshotTcpRouter& router, Lasting& lasting) {
  BASE_TRY(auto rule, TcpRule::compile(router.rule, model::rule_syntax(router.rule_syntax), router.tls));
  BASE_TRY(auto service, services_.build(router.service));
  auto route = std::make_shared<TcpRoute>(TcpRoute{.name = router.name,
                                                   .rule = std::move(rule),
                                                   .priority = router.priority,
                                                   .passthrough = router.passthrough,
                                                   .tls_options = router.tls_options,
                                                   .guards = {},
                                                   .service = std::move(service)});
  for (const auto& name : router.middlewares) {
    const auto config = snapshot_.tcp.middlewares.find(name);
    if (config == snapshot_.tcp.middlewares.end()) {
      return base::fail(base::ErrorCode::kNotFound, base::Fault::kOperator,
                        fmt::format("the middleware \"{}\" does not exist", name));
    }
    auto guard = TcpGuard::make(config->second, router.name + "\n" + name, lasting.in_flight);
    if (!guard) return base::fail(std::move(guard).error().within("middleware " + name));
    route->guards.push_back(*std::move(guard));
  }
  return route;
}

std::shared_ptr<const TcpRoutes> TcpRoutesBuilder::routes_of(const std::string& entry_point) const {
  auto routes = std::make_shared<TcpRoutes>();
  for (const auto& [router, route] : placed_) {
    if (serves(router->entry_points, entry_point)) (router->tls ? routes->secure_ : routes->plain_).push_back(route);
  }
  if (routes->plain_.empty() && routes->secure_.empty()) return nullptr;
  for (const auto& router : snapshot_.routers) {
    if (router.tls && serves(router.entry_points, entry_point)) routes->https_.add(router);
  }
  return routes;
}

}  // namespace gatehouse::edge
