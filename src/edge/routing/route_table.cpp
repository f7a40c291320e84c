#include "edge/routing/route_table.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace gatehouse::edge {

namespace {

std::int64_t effective_priority(const RouteSpec& spec) {
  return spec.priority != 0 ? spec.priority : model::default_rule_priority(spec.rule);
}

bool precedes(const RouteSpec* a, const RouteSpec* b) {
  const auto a_priority = effective_priority(*a);
  const auto b_priority = effective_priority(*b);
  if (a_priority != b_priority) return a_priority > b_priority;
  return std::tie(a->provider_rank, a->name, a->target) < std::tie(b->provider_rank, b->name, b->target);
}

bool listens_on(const RouteSpec& spec, std::string_view entry_point) {
  return spec.entry_points.empty() || std::ranges::find(spec.entry_points, entry_point) != spec.entry_points.end();
}

}  // namespace

RouteTable::RouteTable() : plain_{{}, HostIndex({})}, secure_{{}, HostIndex({})} {}

RouteTable RouteTable::compile(std::string_view entry_point, std::span<const RouteSpec> specs,
                               std::vector<RefusedRoute>& refused) {
  std::vector<const RouteSpec*> plain;
  std::vector<const RouteSpec*> secure;
  for (const auto& spec : specs) {
    if (listens_on(spec, entry_point)) (spec.tls ? secure : plain).push_back(&spec);
  }
  RouteTable table;
  table.plain_ = compile_side(std::move(plain), refused);
  table.secure_ = compile_side(std::move(secure), refused);
  return table;
}

RouteTable::Side RouteTable::compile_side(std::vector<const RouteSpec*> specs, std::vector<RefusedRoute>& refused) {
  std::ranges::sort(specs, precedes);
  std::vector<Route> routes;
  std::vector<HostIndex::Entry> entries;
  for (const RouteSpec* spec : specs) {
    const auto refuse = [&](base::Error error) {
      refused.push_back({std::string(spec->name), std::move(error).within(fmt::format("router {}", spec->name))});
    };
    auto rule = model::parse_rule(spec->rule, spec->syntax);
    if (!rule) {
      refuse(std::move(rule).error());
      continue;
    }
    auto decision = Decision::compile(*rule);
    if (!decision) {
      refuse(std::move(decision).error());
      continue;
    }
    routes.push_back({*std::move(decision), spec->target});
    entries.push_back({host_keys(*rule), path_keys(*rule)});
  }
  return Side{std::move(routes), HostIndex(entries)};
}

std::optional<std::uint32_t> RouteTable::match(const RequestView& request) const {
  const Side& side = request.secure ? secure_ : plain_;
  const Rank rank = side.index.first(request.host, request.path,
                                     [&](Rank candidate) { return side.routes[candidate].decision.accepts(request); });
  if (rank == kNoRank) return std::nullopt;
  return side.routes[rank].target;
}

}  // namespace gatehouse::edge
