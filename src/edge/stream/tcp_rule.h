// TcpRule: the rule of a TCP router, ready to be asked about a connection. Immutable, shared by the workers; asking
// allocates nothing. Meaning of the matchers: Traefik v3.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ip_address.h"
#include "base/result.h"
#include "model/rule.h"
#include "model/rule_regexp.h"

namespace gatehouse::edge {

// What is known of a connection before anything of it is passed on.
struct TcpFacts {
  base::IpAddress client;                    // the peer, or whom the PROXY protocol names
  std::string_view server_name = {};         // lower case; empty: none was asked for, or there is no TLS
  std::span<const std::string> protocols{};  // ALPN, as the client offers them
};

class TcpRule {
 public:
  // kInvalid when it cannot be parsed, or names a host where there is no TLS that could say one.
  static base::Result<TcpRule> compile(std::string_view text, model::RuleSyntax syntax, bool tls);

  [[nodiscard]] bool accepts(const TcpFacts& facts) const { return holds(root_, facts); }
  // HostSNI(`*`) and nothing else: routers that name their connections go before it.
  [[nodiscard]] bool is_catch_all() const { return is_catch_all_; }

 private:
  struct AnyName {};
  struct NameIs {
    std::string name;
  };
  struct NameIsBelow {
    std::string parent;  // of exactly one label more
  };
  struct NameMatches {
    model::RuleRegexp regexp;
  };
  struct ClientIsIn {
    base::Cidr range;
  };
  struct Offers {
    std::string protocol;
  };
  using Condition = std::variant<AnyName, NameIs, NameIsBelow, NameMatches, ClientIsIn, Offers>;

  struct Node {
    model::RuleNode::Kind kind = model::RuleNode::Kind::kMatcher;
    bool negated = false;
    Condition condition;         // kMatcher only
    std::vector<Node> children;  // kAllOf, kAnyOf
  };

  static base::Result<Node> compile(const model::RuleNode& node);
  static base::Result<Condition> compile(const model::Matcher& matcher);
  static bool holds(const Node& node, const TcpFacts& facts);
  static bool holds(const Condition& condition, const TcpFacts& facts);

  explicit TcpRule(Node root) : root_(std::move(root)) {}

  Node root_;
  bool is_catch_all_ = false;
};

}  // namespace gatehouse::edge
