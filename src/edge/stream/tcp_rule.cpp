#include "edge/stream/tcp_rule.h"

#include <algorithm>

#include "edge/routing/request_view.h"

namespace gatehouse::edge {

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;
using model::MatcherKind;

namespace {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

// A name or a pattern of names that only TLS could tell.
bool names_hosts(const model::RuleNode& node) {
  const auto is_name = node.kind == model::RuleNode::Kind::kMatcher && node.matcher.kind == MatcherKind::kHostSni &&
                       node.matcher.value != "*";
  return is_name || std::ranges::any_of(node.children, names_hosts);
}

}  // namespace

Result<TcpRule> TcpRule::compile(std::string_view text, model::RuleSyntax syntax, bool tls) {
  BASE_TRY(const auto rule, model::parse_tcp_rule(text, syntax));
  if (!tls && names_hosts(rule.root)) {
    return fail(ErrorCode::kInvalid, Fault::kOperator,
                "rule: HostSNI names a host, and the router has no TLS in which a client could ask for one: set tls, "
                "or write HostSNI(`*`)");
  }
  BASE_TRY(auto root, compile(rule.root));
  TcpRule compiled(std::move(root));
  const auto& top = rule.root;
  compiled.is_catch_all_ = top.kind == model::RuleNode::Kind::kMatcher && !top.matcher.negated &&
                           top.matcher.kind == MatcherKind::kHostSni && top.matcher.value == "*";
  return compiled;
}

Result<TcpRule::Node> TcpRule::compile(const model::RuleNode& node) {
  if (node.kind == model::RuleNode::Kind::kMatcher) {
    BASE_TRY(auto condition, compile(node.matcher));
    return Node{.kind = node.kind, .negated = node.matcher.negated, .condition = std::move(condition), .children = {}};
  }
  Node result{.kind = node.kind, .negated = false, .condition = AnyName{}, .children = {}};
  for (const auto& child : node.children) {
    BASE_TRY(auto compiled, compile(child));
    result.children.push_back(std::move(compiled));
  }
  return result;
}

Result<TcpRule::Condition> TcpRule::compile(const model::Matcher& matcher) {
  switch (matcher.kind) {
    case MatcherKind::kHostSni:
      if (matcher.value == "*") return AnyName{};
      if (matcher.value.starts_with("*.")) return NameIsBelow{matcher.value.substr(2)};
      return NameIs{matcher.value};
    case MatcherKind::kHostSniRegexp: {
      BASE_TRY(auto regexp, model::RuleRegexp::compile(matcher.value));
      return NameMatches{std::move(regexp)};
    }
    case MatcherKind::kClientIp:
      if (const auto range = base::Cidr::parse(matcher.value)) return ClientIsIn{*range};
      break;
    case MatcherKind::kAlpn:
      return Offers{matcher.value};
    default:
      break;
  }
  return fail(ErrorCode::kInvalid, Fault::kInternal, "a matcher that is no checked TCP matcher");
}

bool TcpRule::holds(const Node& node, const TcpFacts& facts) {
  const auto child_holds = [&facts](const Node& child) { return holds(child, facts); };
  switch (node.kind) {
    case model::RuleNode::Kind::kAllOf:
      return std::ranges::all_of(node.children, child_holds);
    case model::RuleNode::Kind::kAnyOf:
      return std::ranges::any_of(node.children, child_holds);
    case model::RuleNode::Kind::kMatcher:
      break;
  }
  return holds(node.condition, facts) != node.negated;
}

bool TcpRule::holds(const Condition& condition, const TcpFacts& facts) {
  const auto name = bare_host(facts.server_name);
  return std::visit(
      Overloaded{[](const AnyName&) { return true; }, [&](const NameIs& what) { return name == what.name; },
                 [&](const NameIsBelow& what) { return parent_domain(name) == what.parent; },
                 [&](const NameMatches& what) { return what.regexp.matches(facts.server_name); },
                 [&](const ClientIsIn& what) { return what.range.contains(facts.client); },
                 [&](const Offers& what) {
                   return std::ranges::find(facts.protocols, what.protocol) != facts.protocols.end();
                 }},
      condition);
}

}  // namespace gatehouse::edge
