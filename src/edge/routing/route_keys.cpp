#include "edge/routing/route_keys.h"

#include <algorithm>

namespace gatehouse::edge {

namespace {

using model::Matcher;
using model::MatcherKind;
using model::RuleNode;

RouteKeys matcher_host(const Matcher& matcher) {
  if (matcher.negated || matcher.kind != MatcherKind::kHost || matcher.value == "*") return std::nullopt;
  return std::vector{matcher.value};
}

RouteKeys matcher_path(const Matcher& matcher) {
  if (matcher.negated) return std::nullopt;
  if (matcher.kind != MatcherKind::kPath && matcher.kind != MatcherKind::kPathPrefix) return std::nullopt;
  return std::vector{matcher.value};
}

std::size_t shortest(const std::vector<std::string>& keys) {
  return std::ranges::min(keys, {}, &std::string::size).size();
}

// Fewer keys tell more; of as many, longer ones do.
bool tells_more(const RouteKeys& a, const RouteKeys& b) {
  if (!a || !b) return a.has_value();
  if (a->size() != b->size()) return a->size() < b->size();
  return shortest(*a) > shortest(*b);
}

template <RouteKeys (*kMatcherKeys)(const Matcher&)>
RouteKeys keys_of(const RuleNode& node) {
  if (node.kind == RuleNode::Kind::kMatcher) return kMatcherKeys(node.matcher);
  const bool all_of = node.kind == RuleNode::Kind::kAllOf;
  RouteKeys keys;
  if (!all_of) keys.emplace();
  for (const auto& child : node.children) {
    auto child_keys = keys_of<kMatcherKeys>(child);
    if (all_of) {
      if (tells_more(child_keys, keys)) keys = std::move(child_keys);
      continue;
    }
    if (!child_keys) return std::nullopt;
    keys->insert(keys->end(), child_keys->begin(), child_keys->end());
  }
  return keys;
}

template <RouteKeys (*kMatcherKeys)(const Matcher&)>
RouteKeys unique_keys_of(const RuleNode& node) {
  auto keys = keys_of<kMatcherKeys>(node);
  if (!keys) return keys;
  std::ranges::sort(*keys);
  keys->erase(std::ranges::unique(*keys).begin(), keys->end());
  return keys;
}

}  // namespace

RouteKeys host_keys(const model::Rule& rule) { return unique_keys_of<matcher_host>(rule.root); }

RouteKeys path_keys(const model::Rule& rule) { return unique_keys_of<matcher_path>(rule.root); }

}  // namespace gatehouse::edge
