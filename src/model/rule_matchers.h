// The matchers of the rule language: their names, how many arguments they take, and what those must be. Used by the
// rule parser for each call that it meets.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/rule.h"
#include "model/rule_lexer.h"

namespace gatehouse::model {

enum class RuleProtocol { kHttp, kTcp };

struct RuleCall {
  RuleToken name;
  std::vector<RuleToken> arguments;
};

// The call as a tree: one matcher, or, in v2 syntax, several joined by "any of" (hosts, paths) or "all of" (headers).
[[nodiscard]] RuleResult<RuleNode> build_matchers(const RuleCall& call, RuleProtocol protocol, RuleSyntax syntax);

[[nodiscard]] RuleNode matcher_node(MatcherKind kind, std::string name, std::string value);

// One node instead of a list of one; a child of the same kind is dissolved.
[[nodiscard]] RuleNode join_nodes(RuleNode::Kind kind, std::vector<RuleNode> children);

}  // namespace gatehouse::model
