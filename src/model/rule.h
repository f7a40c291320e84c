// Traefik's rule language: what a router answers, as text, and as a tree that can be compiled into an index or a test.
//   Host(`example.com`) && (PathPrefix(`/api`) || !Method(`GET`))
// The grammar is that of Go expressions (calls, strings, ! && || and parentheses); the older v2 syntax is translated
// into the same tree. A parsed rule is a value: right in itself (argument counts, paths, addresses, regular expressions
// were checked), no resources, any thread, any process. Errors: the operator's, with the column and what was expected
// there; they never end more than the one router.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gatehouse::model {

enum class RuleSyntax { kV3, kV2 };

// A router's ruleSyntax option: "v2", and anything else is v3.
[[nodiscard]] constexpr RuleSyntax rule_syntax(std::string_view option) {
  return option == "v2" ? RuleSyntax::kV2 : RuleSyntax::kV3;
}

enum class MatcherKind {
  kHost,              // value: lower case, no trailing dot; "*.x" is one label before x; "*" is any host, even none
  kHostRegexp,        // on the canonical host
  kPath,              // exactly the routing path
  kPathPrefix,        // a byte prefix of it
  kPathRegexp,        //
  kMethod,            // value: upper case
  kHeader,            // a line `name` is exactly `value`
  kHeaderRegexp,      //
  kQuery,             // a parameter `name` is, decoded, exactly `value`, which may be empty
  kQueryRegexp,       //
  kQueryFirstRegexp,  // v2: only the first parameter `name` counts
  kClientIp,          // value: an address or a CIDR range
  kHostSni,           // TCP; like kHost, on the server name of the TLS hello
  kHostSniRegexp,     // TCP
  kAlpn,              // TCP; one of the protocols that the hello offers
};

struct Matcher {
  MatcherKind kind;
  bool negated = false;
  std::string name;  // of the header or the query parameter; else empty
  std::string value;

  friend bool operator==(const Matcher&, const Matcher&) = default;
};

// Negations are pushed down to the matchers, so a tree is made of "all of", "any of" and (negated) matchers.
struct RuleNode {
  enum class Kind { kMatcher, kAllOf, kAnyOf };

  Kind kind;
  Matcher matcher;                 // kMatcher only
  std::vector<RuleNode> children;  // kAllOf, kAnyOf: two or more

  friend bool operator==(const RuleNode&, const RuleNode&) = default;
};

struct Rule {
  RuleNode root;
};

// Longer or deeper rules are refused: nobody writes them by hand, and the parser's stack is bounded by it.
inline constexpr std::size_t kRuleBytesMax = std::size_t{64} * 1024;
inline constexpr std::size_t kRuleDepthMax = 100;

[[nodiscard]] base::Result<Rule> parse_rule(std::string_view text, RuleSyntax syntax = RuleSyntax::kV3);

// The rule of a TCP router: HostSNI, HostSNIRegexp, ClientIP, ALPN.
[[nodiscard]] base::Result<Rule> parse_tcp_rule(std::string_view text, RuleSyntax syntax = RuleSyntax::kV3);

// The hosts that a rule names in Host() or HostSNI() and that are not negated: the names that a certificate for the
// router has to hold. In the rule's order, each once; wildcards ("*.example.com", "*") are among them.
[[nodiscard]] std::vector<std::string> rule_hosts(const Rule& rule);

// The priority of a router that sets none: the length of its rule in bytes.
[[nodiscard]] constexpr std::int64_t default_rule_priority(std::string_view text) {
  return static_cast<std::int64_t>(text.size());
}

}  // namespace gatehouse::model
