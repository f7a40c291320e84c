// Any text as a rule, in both syntaxes: parsing ends, refusals are the operator's and located, and the indexed route
// table answers a request exactly when the compiled rule itself does. Input: rule NUL host NUL path NUL query.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "edge/routing/decision.h"
#include "edge/routing/route_table.h"

namespace {

using namespace gatehouse;

void require(bool condition) {
  if (!condition) std::abort();
}

std::array<std::string_view, 4> split_input(std::string_view input) {
  std::array<std::string_view, 4> parts;
  for (auto& part : parts) {
    const auto end = input.find('\0');
    part = input.substr(0, end);
    input = end == std::string_view::npos ? std::string_view() : input.substr(end + 1);
  }
  return parts;
}

void check(std::string_view rule_text, model::RuleSyntax syntax, const edge::RequestView& request) {
  const auto rule = model::parse_rule(rule_text, syntax);
  if (!rule) {
    require(rule.error().fault == base::Fault::kOperator);
    require(rule.error().message.starts_with("rule, "));
    return;
  }
  (void)model::rule_hosts(*rule);
  const auto decision = edge::Decision::compile(*rule);
  require(decision.has_value());

  // Enough others on top of it, so that hosts and paths are indexed.
  std::array<edge::RouteSpec, 12> specs;
  specs.fill({.name = "other", .rule = "Host(`other.test`) && Path(`/other`)", .target = 1});
  for (std::size_t i = 0; i < specs.size(); i += 2) specs[i] = {.name = "fuzzed", .rule = rule_text, .syntax = syntax};
  std::vector<edge::RefusedRoute> refused;
  const auto table = edge::RouteTable::compile("web", specs, refused);
  require(refused.empty());
  require(table.match(request).value_or(1) == (decision->accepts(request) ? 0 : 1));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto [rule, host, path, query] = split_input({reinterpret_cast<const char*>(data), size});
  http::Fields fields;
  fields.add("X-Env", "https");
  const edge::RequestView request{host, path, query, "GET", fields, base::IpAddress(), false};
  check(rule, model::RuleSyntax::kV3, request);
  check(rule, model::RuleSyntax::kV2, request);
  if (const auto tcp = model::parse_tcp_rule(rule); tcp) (void)model::rule_hosts(*tcp);
  return 0;
}
