#include "edge/routing/decision.h"

#include <algorithm>
#include <cstddef>
#include <ranges>
#include <utility>

namespace gatehouse::edge {

namespace {

using model::MatcherKind;
using model::RuleNode;

int cost(const RuleNode& node) {
  if (node.kind != RuleNode::Kind::kMatcher) {
    return std::ranges::max(node.children | std::views::transform([](const auto& child) { return cost(child); }));
  }
  switch (node.matcher.kind) {
    case MatcherKind::kHost:
    case MatcherKind::kPath:
    case MatcherKind::kPathPrefix:
    case MatcherKind::kMethod:
    case MatcherKind::kClientIp:
      return 0;
    case MatcherKind::kHeader:
    case MatcherKind::kQuery:
      return 1;
    default:
      return 2;
  }
}

}  // namespace

base::Result<Decision> Decision::compile(const model::Rule& rule) {
  Decision decision;
  BASE_TRY(decision.entry_, decision.append(rule.root, kAccept, kReject));
  return decision;
}

base::Result<std::uint32_t> Decision::append(const RuleNode& node, std::uint32_t if_true, std::uint32_t if_false) {
  if (node.kind == RuleNode::Kind::kMatcher) {
    BASE_TRY(auto condition, Condition::compile(node.matcher));
    if (node.matcher.negated) std::swap(if_true, if_false);
    steps_.push_back({std::move(condition), if_true, if_false});
    return static_cast<std::uint32_t>(steps_.size() - 1);
  }
  std::vector<std::pair<int, std::size_t>> order;
  order.reserve(node.children.size());
  for (std::size_t i = 0; i < node.children.size(); ++i) order.emplace_back(cost(node.children[i]), i);
  std::ranges::sort(order);

  // All of: a child that holds leads to the next one. Any of: a child that does not.
  auto& next = node.kind == RuleNode::Kind::kAllOf ? if_true : if_false;
  for (const auto& [_, child] : order | std::views::reverse) {
    BASE_TRY(next, append(node.children[child], if_true, if_false));
  }
  return next;
}

}  // namespace gatehouse::edge
