#include "discovery/constraints.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "model/rule_regexp.h"

namespace gatehouse::discovery {

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

struct Constraints::Node {
  enum class Kind { kAll, kAny, kNot, kLabel, kLabelRegex };
  Kind kind;
  std::vector<std::shared_ptr<const Node>> children = {};
  std::string name = {};
  std::string value = {};
  std::optional<model::RuleRegexp> regexp = std::nullopt;
};

namespace {

using Node = Constraints::Node;
using NodePtr = std::shared_ptr<const Node>;

constexpr int kDepthMax = 50;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<NodePtr> parse() {
    BASE_TRY(auto node, parse_any());
    skip_blanks();
    if (at_ < text_.size()) return unexpected("the end, && or ||");
    return node;
  }

 private:
  Result<NodePtr> parse_any() {
    if (++depth_ > kDepthMax) return unexpected("fewer parentheses");
    BASE_TRY(auto first, parse_all());
    Node node{.kind = Node::Kind::kAny, .children = {std::move(first)}};
    while (take("||")) {
      BASE_TRY(auto next, parse_all());
      node.children.push_back(std::move(next));
    }
    --depth_;
    return std::make_shared<const Node>(std::move(node));
  }

  Result<NodePtr> parse_all() {
    BASE_TRY(auto first, parse_term());
    Node node{.kind = Node::Kind::kAll, .children = {std::move(first)}};
    while (take("&&")) {
      BASE_TRY(auto next, parse_term());
      node.children.push_back(std::move(next));
    }
    return std::make_shared<const Node>(std::move(node));
  }

  Result<NodePtr> parse_term() {
    if (take("!")) {
      if (++depth_ > kDepthMax) return unexpected("fewer negations");
      BASE_TRY(auto negated, parse_term());
      --depth_;
      return std::make_shared<const Node>(Node{.kind = Node::Kind::kNot, .children = {std::move(negated)}});
    }
    if (take("(")) {
      BASE_TRY(auto inner, parse_any());
      if (!take(")")) return unexpected("a closing parenthesis");
      return inner;
    }
    if (take("LabelRegex")) return parse_label(Node::Kind::kLabelRegex);
    if (take("Label")) return parse_label(Node::Kind::kLabel);
    return unexpected("Label(`name`, `value`) or LabelRegex(`name`, `expression`)");
  }

  Result<NodePtr> parse_label(Node::Kind kind) {
    if (!take("(")) return unexpected("an opening parenthesis");
    BASE_TRY(auto name, parse_string());
    if (!take(",")) return unexpected("a comma");
    BASE_TRY(auto value, parse_string());
    if (!take(")")) return unexpected("a closing parenthesis");
    Node node{.kind = kind, .name = std::move(name), .value = std::move(value)};
    if (kind == Node::Kind::kLabelRegex) {
      auto regexp = model::RuleRegexp::compile(node.value);
      if (!regexp) return fail(std::move(regexp).error().within("constraints"));
      node.regexp = *std::move(regexp);
    }
    return std::make_shared<const Node>(std::move(node));
  }

  Result<std::string> parse_string() {
    skip_blanks();
    if (at_ == text_.size() || (text_[at_] != '`' && text_[at_] != '"'))
      return unexpected("a string in `...` or \"...\"");
    const auto end = text_.find(text_[at_], at_ + 1);
    if (end == std::string_view::npos) return unexpected("the end of the string");
    std::string value(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return value;
  }

  bool take(std::string_view token) {
    skip_blanks();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  void skip_blanks() {
    while (at_ < text_.size() && base::trim(text_.substr(at_, 1)).empty()) ++at_;
  }
  std::unexpected<base::Error> unexpected(std::string_view what) const {
    return fail(ErrorCode::kInvalid, Fault::kOperator,
                fmt::format("providers.docker.constraints, column {}: expected {}", at_ + 1, what));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

bool holds(const Node& node, const docker::Labels& labels) {
  const auto child_holds = [&](const NodePtr& child) { return holds(*child, labels); };
  switch (node.kind) {
    case Node::Kind::kAll:
      return std::ranges::all_of(node.children, child_holds);
    case Node::Kind::kAny:
      return std::ranges::any_of(node.children, child_holds);
    case Node::Kind::kNot:
      return !child_holds(node.children.front());
    case Node::Kind::kLabel: {
      const auto label = labels.find(node.name);
      return label != labels.end() && label->second == node.value;
    }
    case Node::Kind::kLabelRegex: {
      const auto label = labels.find(node.name);
      return label != labels.end() && node.regexp->matches(label->second);
    }
  }
  return false;
}

}  // namespace

Result<Constraints> Constraints::parse(std::string_view text) {
  Constraints constraints;
  if (base::trim(text).empty()) return constraints;
  BASE_TRY(constraints.root_, Parser(text).parse());
  return constraints;
}

bool Constraints::admit(const docker::Labels& labels) const { return !root_ || holds(*root_, labels); }

}  // namespace gatehouse::discovery
