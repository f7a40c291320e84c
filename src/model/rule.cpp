#include "model/rule.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "model/rule_lexer.h"
#include "model/rule_matchers.h"
#include "model/rule_utf8.h"

namespace gatehouse::model {

namespace {

using Kind = RuleToken::Kind;

// De Morgan: "not all of" is "any of not".
void negate(RuleNode& node) {
  if (node.kind == RuleNode::Kind::kMatcher) {
    node.matcher.negated = !node.matcher.negated;
    return;
  }
  node.kind = node.kind == RuleNode::Kind::kAllOf ? RuleNode::Kind::kAnyOf : RuleNode::Kind::kAllOf;
  for (auto& child : node.children) negate(child);
}

// any   = all { "||" all }
// all   = not { "&&" not }
// not   = "!" not | "(" any ")" | call
// call  = name "(" [ string { "," string } [ "," ] ] ")"
class RuleParser {
 public:
  RuleParser(std::string_view text, RuleProtocol protocol, RuleSyntax syntax)
      : lexer_(text), protocol_(protocol), syntax_(syntax) {}

  RuleResult<RuleNode> parse() {
    if (auto moved = advance(); !moved) return std::unexpected(moved.error());
    auto root = parse_any(0);
    if (!root) return root;
    if (token_.kind == Kind::kNewLine) {
      const auto line_end = token_;
      if (auto moved = advance(); !moved) return std::unexpected(moved.error());
      if (token_.kind != Kind::kEnd) return unexpected(line_end, "&& or ||");
    }
    if (token_.kind != Kind::kEnd) return unexpected(token_, "&&, || or the end of the rule");
    return root;
  }

 private:
  RuleResult<void> advance() {
    auto token = lexer_.next();
    if (!token) return std::unexpected(std::move(token).error());
    token_ = *std::move(token);
    return {};
  }

  RuleResult<void> expect(Kind kind, std::string_view expected) {
    if (token_.kind != kind) return unexpected(token_, expected);
    return advance();
  }

  static std::unexpected<RuleFault> unexpected(const RuleToken& token, std::string_view expected) {
    if (token.kind == Kind::kNewLine) {
      return rule_fault(token.offset,
                        fmt::format("expected {}; a rule goes on in a new line only behind an operator: write "
                                    "it at the end of the line before",
                                    expected));
    }
    return rule_fault(token.offset, fmt::format("expected {}, not {}", expected, token.text));
  }

  template <auto kParseOperand>
  RuleResult<RuleNode> parse_chain(RuleNode::Kind kind, Kind joint, std::size_t depth) {
    std::vector<RuleNode> operands;
    for (;;) {
      auto operand = (this->*kParseOperand)(depth);
      if (!operand) return operand;
      operands.push_back(*std::move(operand));
      if (token_.kind != joint) return join_nodes(kind, std::move(operands));
      if (auto moved = advance(); !moved) return std::unexpected(moved.error());
    }
  }

  RuleResult<RuleNode> parse_any(std::size_t depth) {
    return parse_chain<&RuleParser::parse_all>(RuleNode::Kind::kAnyOf, Kind::kOr, depth);
  }

  RuleResult<RuleNode> parse_all(std::size_t depth) {
    return parse_chain<&RuleParser::parse_not>(RuleNode::Kind::kAllOf, Kind::kAnd, depth);
  }

  RuleResult<RuleNode> parse_not(std::size_t depth) {
    bool negated = false;
    while (token_.kind == Kind::kNot) {
      negated = !negated;
      if (auto moved = advance(); !moved) return std::unexpected(moved.error());
    }
    auto node = token_.kind == Kind::kOpen ? parse_parenthesized(depth + 1) : parse_call();
    if (node && negated) negate(*node);
    return node;
  }

  RuleResult<RuleNode> parse_parenthesized(std::size_t depth) {
    if (depth > kRuleDepthMax) {
      return rule_fault(token_.offset, fmt::format("parentheses are nested more than {} deep", kRuleDepthMax));
    }
    if (auto moved = advance(); !moved) return std::unexpected(moved.error());
    auto node = parse_any(depth);
    if (!node) return node;
    if (auto closed = expect(Kind::kClose, "&&, || or )"); !closed) return std::unexpected(closed.error());
    return node;
  }

  RuleResult<RuleNode> parse_call() {
    if (token_.kind != Kind::kName) return unexpected(token_, "a matcher, like Host(`example.com`)");
    RuleCall call{token_, {}};
    if (auto moved = advance(); !moved) return std::unexpected(moved.error());
    if (auto opened = expect(Kind::kOpen, fmt::format("( behind {}", call.name.text)); !opened) {
      return std::unexpected(opened.error());
    }
    while (token_.kind != Kind::kClose) {
      if (token_.kind != Kind::kString) return unexpected(token_, "a string in back-quotes or double quotes");
      call.arguments.push_back(token_);
      if (auto moved = advance(); !moved) return std::unexpected(moved.error());
      if (token_.kind == Kind::kClose) break;
      if (auto parted = expect(Kind::kComma, ", or )"); !parted) return std::unexpected(parted.error());
    }
    if (auto moved = advance(); !moved) return std::unexpected(moved.error());
    return build_matchers(call, protocol_, syntax_);
  }

  RuleLexer lexer_;
  RuleProtocol protocol_;
  RuleSyntax syntax_;
  RuleToken token_{Kind::kEnd, 0, {}};
};

std::string position(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset);
  const auto lines = std::ranges::count(before, '\n');
  const auto line_start = before.rfind('\n');
  const std::size_t column = line_start == std::string_view::npos ? offset + 1 : offset - line_start;
  return lines == 0 ? fmt::format("column {}", column) : fmt::format("line {}, column {}", lines + 1, column);
}

RuleResult<RuleNode> parse(std::string_view text, RuleProtocol protocol, RuleSyntax syntax) {
  if (text.size() > kRuleBytesMax) {
    return rule_fault(0, fmt::format("the rule is longer than {} bytes; make several routers of it", kRuleBytesMax));
  }
  if (!is_utf8(text) || text.contains('\0')) return rule_fault(0, "the rule is not valid UTF-8 text");
  return RuleParser(text, protocol, syntax).parse();
}

base::Result<Rule> parse_located(std::string_view text, RuleProtocol protocol, RuleSyntax syntax) {
  auto root = parse(text, protocol, syntax);
  if (root) return Rule{*std::move(root)};
  return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator,
                    fmt::format("rule, {}: {}", position(text, root.error().offset), root.error().message));
}

void collect_hosts(const RuleNode& node, std::vector<std::string>& hosts) {
  for (const auto& child : node.children) collect_hosts(child, hosts);
  if (node.kind != RuleNode::Kind::kMatcher || node.matcher.negated) return;
  if (node.matcher.kind != MatcherKind::kHost && node.matcher.kind != MatcherKind::kHostSni) return;
  if (std::ranges::find(hosts, node.matcher.value) == hosts.end()) hosts.push_back(node.matcher.value);
}

}  // namespace

base::Result<Rule> parse_rule(std::string_view text, RuleSyntax syntax) {
  return parse_located(text, RuleProtocol::kHttp, syntax);
}

base::Result<Rule> parse_tcp_rule(std::string_view text, RuleSyntax syntax) {
  return parse_located(text, RuleProtocol::kTcp, syntax);
}

std::vector<std::string> rule_hosts(const Rule& rule) {
  std::vector<std::string> hosts;
  collect_hosts(rule.root, hosts);
  return hosts;
}

}  // namespace gatehouse::model
