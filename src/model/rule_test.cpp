#include "model/rule.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace gatehouse::model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string kind_name(MatcherKind kind) {
  switch (kind) {
    case MatcherKind::kHost:
      return "Host";
    case MatcherKind::kHostRegexp:
      return "HostRegexp";
    case MatcherKind::kPath:
      return "Path";
    case MatcherKind::kPathPrefix:
      return "PathPrefix";
    case MatcherKind::kPathRegexp:
      return "PathRegexp";
    case MatcherKind::kMethod:
      return "Method";
    case MatcherKind::kHeader:
      return "Header";
    case MatcherKind::kHeaderRegexp:
      return "HeaderRegexp";
    case MatcherKind::kQuery:
      return "Query";
    case MatcherKind::kQueryRegexp:
      return "QueryRegexp";
    case MatcherKind::kQueryFirstRegexp:
      return "QueryFirstRegexp";
    case MatcherKind::kClientIp:
      return "ClientIP";
    case MatcherKind::kHostSni:
      return "HostSNI";
    case MatcherKind::kHostSniRegexp:
      return "HostSNIRegexp";
    case MatcherKind::kAlpn:
      return "ALPN";
  }
  return "?";
}

// The tree as text: (a & b), (a | b), !Host[a], Header[name=value].
std::string print(const RuleNode& node) {
  if (node.kind == RuleNode::Kind::kMatcher) {
    const auto& matcher = node.matcher;
    return fmt::format("{}{}[{}{}{}]", matcher.negated ? "!" : "", kind_name(matcher.kind), matcher.name,
                       matcher.name.empty() ? "" : "=", matcher.value);
  }
  std::string text;
  for (const auto& child : node.children) {
    if (!text.empty()) text += node.kind == RuleNode::Kind::kAllOf ? " & " : " | ";
    text += print(child);
  }
  return "(" + text + ")";
}

std::string parsed(std::string_view text, RuleSyntax syntax = RuleSyntax::kV3) {
  const auto rule = parse_rule(text, syntax);
  return rule ? print(rule->root) : rule.error().message;
}

std::string parsed_v2(std::string_view text) { return parsed(text, RuleSyntax::kV2); }

std::string parsed_tcp(std::string_view text, RuleSyntax syntax = RuleSyntax::kV3) {
  const auto rule = parse_tcp_rule(text, syntax);
  return rule ? print(rule->root) : rule.error().message;
}

TEST(Rule, AndBindsTighterThanOr) {
  EXPECT_EQ(parsed("Host(`a`) || Host(`b`) && Path(`/c`)"), "(Host[a] | (Host[b] & Path[/c]))");
  EXPECT_EQ(parsed("Host(`a`) && Path(`/c`) || Host(`b`)"), "((Host[a] & Path[/c]) | Host[b])");
  EXPECT_EQ(parsed("(Host(`a`) || Host(`b`)) && Path(`/c`)"), "((Host[a] | Host[b]) & Path[/c])");
  EXPECT_EQ(parsed("((Host(`a`)))"), "Host[a]");
}

TEST(Rule, ChainsOfOneOperatorAreFlat) {
  EXPECT_EQ(parsed("Host(`a`) || Host(`b`) || (Host(`c`) || Host(`d`))"), "(Host[a] | Host[b] | Host[c] | Host[d])");
}

TEST(Rule, NegationIsPushedDown) {
  EXPECT_EQ(parsed("!Host(`a`)"), "!Host[a]");
  EXPECT_EQ(parsed("!!Host(`a`)"), "Host[a]");
  EXPECT_EQ(parsed("!Host(`a`) && Path(`/b`)"), "(!Host[a] & Path[/b])");
  EXPECT_EQ(parsed("!(Host(`a`) && !Path(`/b`))"), "(!Host[a] | Path[/b])");
  EXPECT_EQ(parsed("!(!(Host(`a`) || Path(`/b`)))"), "(Host[a] | Path[/b])");
  EXPECT_EQ(parsed("! ( Host(`a`) || Path(`/b`) ) && Path(`/c`)"), "(!Host[a] & !Path[/b] & Path[/c])");
}

TEST(Rule, MatcherNamesHaveFourSpellings) {
  for (const auto* name : {"PathPrefix", "pathprefix", "PATHPREFIX", "Pathprefix"}) {
    EXPECT_EQ(parsed(fmt::format("{}(`/a`)", name)), "PathPrefix[/a]") << name;
  }
  EXPECT_EQ(parsed("Clientip(`::1`)"), "ClientIP[::1]");
  for (const auto* name : {"pathPrefix", "PATHprefix", "pATHPREFIX"}) {
    EXPECT_THAT(parsed(fmt::format("{}(`/a`)", name)), HasSubstr("there is no matcher")) << name;
  }
}

TEST(Rule, ArgumentsAreNormalised) {
  EXPECT_EQ(parsed("Host(`EXAMPLE.com.`)"), "Host[example.com]");
  EXPECT_EQ(parsed("Host(`*.Example.com`)"), "Host[*.example.com]");
  EXPECT_EQ(parsed("Host(`*`)"), "Host[*]");
  EXPECT_EQ(parsed("Host(`.`)"), "Host[.]");
  EXPECT_EQ(parsed("Method(`get`)"), "Method[GET]");
  EXPECT_EQ(parsed("Query(`q`)"), "Query[q=]");
  EXPECT_EQ(parsed("QueryRegexp(`q`)"), "Query[q=]");
  EXPECT_EQ(parsed("Header(`X-A`, `b`)"), "Header[X-A=b]");
}

TEST(Rule, StringsAreGoStrings) {
  EXPECT_EQ(parsed(R"(Path("/a"))"), "Path[/a]");
  EXPECT_EQ(parsed(R"(Path("/\x41\102\u0043\U00000044\"\\"))"), R"(Path[/ABCD"\])");
  EXPECT_EQ(parsed(R"(Path("/\u00e9"))"), "Path[/\xC3\xA9]");
  EXPECT_EQ(parsed("Path(`/\\d\"`)"), "Path[/\\d\"]");
  EXPECT_EQ(parsed("Path(`/a\r\nb`)"), "Path[/a\nb]");
  EXPECT_EQ(parsed(R"(Path("/\a\b\f\n\r\t\v"))"), "Path[/\a\b\f\n\r\t\v]");
  EXPECT_EQ(parsed(R"(Path("/\xff"))"), "Path[/\xff]");
}

TEST(Rule, StringsThatGoRefuses) {
  for (const auto* text :
       {R"(Path("/\q"))", R"(Path("/\'"))", R"(Path("/\`"))", R"(Path("/\x4"))", R"(Path("/\400"))", R"(Path("/\8"))",
        R"(Path("/\ud800"))", R"(Path("/\U00110000"))", R"(Path("/\u12"))", R"(Path("/a)", "Path(\"/a\nb\")",
        "Path(`/a", R"(Path("/a\)", "Path('/a')", "Path(\"/\\x+1\")"}) {
    EXPECT_FALSE(parse_rule(text)) << text;
  }
}

TEST(Rule, BlanksAndCommentsAreSkipped) {
  EXPECT_EQ(parsed(" \tHost ( `a` ) \r\n\n "), "Host[a]");
  EXPECT_EQ(parsed("\n\nHost(`a`)"), "Host[a]");
  EXPECT_EQ(parsed("Host(`a`)&&Path(`/b`)"), "(Host[a] & Path[/b])");
  EXPECT_EQ(parsed("Host(`a`) /* why */ && Path(`/b`) // because"), "(Host[a] & Path[/b])");
  EXPECT_EQ(parsed("Host(`a`) && // first\n Path(`/b`)"), "(Host[a] & Path[/b])");
}

TEST(Rule, NewLineOnlyBehindAnOperator) {
  EXPECT_EQ(parsed("Host(`a`) &&\n  Path(`/b`) ||\n !\n Host(\n`c`,\n)"), "((Host[a] & Path[/b]) | !Host[c])");
  for (const auto* text : {"Host(`a`)\n&& Path(`/b`)", "Host\n(`a`)", "Host(`a`\n)", "(Host(`a`)\n)",
                           "Host(`a`) /* \n */ && Path(`/b`)", "Host(`a`)\nHost(`b`)"}) {
    EXPECT_THAT(parsed(text), HasSubstr("a rule goes on in a new line only behind an operator")) << text;
  }
}

TEST(Rule, ErrorsSayWhereAndWhatWasExpected) {
  EXPECT_EQ(parsed("Host(example.com)"),
            "rule, column 6: expected a string in back-quotes or double quotes, not example");
  EXPECT_EQ(parsed("Host('a')"),
            "rule, column 6: strings are written in back-quotes or double quotes, not in single quotes");
  EXPECT_EQ(parsed("Host(`a`) && "),
            "rule, column 14: expected a matcher, like Host(`example.com`), not the end of the rule");
  EXPECT_EQ(parsed(""), "rule, column 1: expected a matcher, like Host(`example.com`), not the end of the rule");
  EXPECT_EQ(parsed("Hots(`a`)"), "rule, column 1: there is no matcher Hots; did you mean Host?");
  EXPECT_EQ(parsed("Host(`a`) &&\n  Path(`b`)"), "rule, line 2, column 8: expected a path that starts with /, not `b`");
  EXPECT_EQ(parsed("Host(`a`, `b`)"),
            "rule, column 11: Host takes one argument, not 2; for alternatives write Host(`a`) || Host(`b`)");
  EXPECT_EQ(parsed("Header(`a`)"), "rule, column 1: Header takes 2 arguments, not 1");
  EXPECT_EQ(parsed("Host()"), "rule, column 1: Host takes 1 argument, not 0");
  EXPECT_EQ(parsed_v2("Headers(`a`)"), "rule, column 1: Headers takes 2 or more arguments, not 1");
  EXPECT_EQ(parsed("Query()"), "rule, column 1: Query takes 1 or 2 arguments, not 0");
  EXPECT_EQ(parsed("Host(`a`) & Host(`b`)"), "rule, column 11: expected &&, a single & is no operator");
  EXPECT_EQ(parsed("Host(`a`) Host(`b`)"), "rule, column 11: expected &&, || or the end of the rule, not Host");
  EXPECT_EQ(parsed("(Host(`a`)"), "rule, column 11: expected &&, || or ), not the end of the rule");
  EXPECT_EQ(parsed("Host(``)"), "rule, column 6: the argument is empty");
  EXPECT_EQ(parsed("rulewithnotmatcher"),
            "rule, column 19: expected ( behind rulewithnotmatcher, not the end of the rule");
  EXPECT_THAT(parsed("Headers(`a`, `b`)"), HasSubstr("belongs to the v2 syntax"));
  EXPECT_THAT(parsed("PathRegexp(`/(css`)"), HasSubstr("column 12: `/(css` is no regular expression: missing )"));
  EXPECT_THAT(parsed("ClientIP(`1`)"), HasSubstr("expected an IP address or a range"));
}

TEST(Rule, ErrorsAreTheOperators) {
  const auto rule = parse_rule("Host(");
  ASSERT_FALSE(rule);
  EXPECT_EQ(rule.error().code, base::ErrorCode::kInvalid);
  EXPECT_EQ(rule.error().fault, base::Fault::kOperator);
}

TEST(Rule, RefusesWhatTraefikRefuses) {
  for (const auto* text : {"ClientIP()",
                           "ClientIP(``)",
                           "ClientIP(`127.0.0.1`, `127.0.0.0/8`)",
                           "Method()",
                           "Method(``)",
                           "Method(`GET`, `POST`)",
                           "Host()",
                           "Host(`🦭.com`)",
                           "HostRegexp()",
                           "HostRegexp(`🦭.com`)",
                           "HostRegexp(`(example.com`)",
                           "HostRegexp(`a`, `b`)",
                           "Path()",
                           "Path(``)",
                           "Path(`css`)",
                           "Path(`/`, `/js`)",
                           "PathRegexp()",
                           "PathRegexp(`/`, `/js`)",
                           "PathPrefix()",
                           "PathPrefix(`css`)",
                           "PathPrefix(`/a`, `/b`)",
                           "Header()",
                           "Header(`X-Env`, ``)",
                           "Header(``, `a`)",
                           "Header(`X-Env`, `a`, `b`)",
                           "HeaderRegexp(`X-Env`, `(a`)",
                           "HeaderRegexp(`X-Env`)",
                           "Query(``)",
                           "Query(`q`, ``)",
                           "Query(`a`, `b`, `c`)",
                           "QueryRegexp(`q`, `(traefik`)",
                           "QueryRegexp(`a`, `b`, `c`)",
                           "HOSTREGEXP2(`x`)",
                           "hOST(`example.com`)",
                           "HostSNI(`a`)",
                           "Host(`a`);",
                           "Host(`a`) == Host(`b`)",
                           "Host(`a`) != Host(`b`)",
                           "Host(1)",
                           "`a`",
                           "\"a\" && Host(`b`)",
                           "Host(Host(`a`))",
                           "Host((`a`))",
                           "(Host)(`a`)",
                           "Host(`a`).b",
                           "Host(,)",
                           "Host(`a`,,)",
                           "()",
                           "!",
                           "&& Host(`a`)",
                           "Host(`a`) &&",
                           "Host(`a`) | Host(`b`)",
                           "Host(`a`))",
                           "Host(`a`) /* no end",
                           "PathRegexp(`(?=a)`)",
                           "PathRegexp(`a{1001}`)",
                           "PathRegexp(`(a)\\1`)"}) {
    EXPECT_FALSE(parse_rule(text)) << text;
  }
}

TEST(Rule, SourceIsUtf8WithoutNul) {
  EXPECT_FALSE(parse_rule("Path(`/\xff`)"));
  EXPECT_FALSE(parse_rule(std::string_view("Host(`a\0`)", 10)));
  EXPECT_EQ(parsed("Path(`/\xC3\xA9`)"), "Path[/\xC3\xA9]");
}

TEST(Rule, TrailingCommaIsAllowed) { EXPECT_EQ(parsed("Header(`a`, `b`,)"), "Header[a=b]"); }

TEST(Rule, LengthAndDepthAreLimited) {
  const std::string prefix = "Path(`/";
  const std::string suffix = "`)";
  const std::string filler(kRuleBytesMax - prefix.size() - suffix.size(), 'a');
  EXPECT_TRUE(parse_rule(prefix + filler + suffix));
  EXPECT_FALSE(parse_rule(prefix + filler + "a" + suffix));
  const auto nested = [](std::size_t depth) { return std::string(depth, '(') + "Host(`a`)" + std::string(depth, ')'); };
  EXPECT_TRUE(parse_rule(nested(kRuleDepthMax)));
  EXPECT_FALSE(parse_rule(nested(kRuleDepthMax + 1)));
  EXPECT_TRUE(parse_rule(std::string(50'000, '!') + "Host(`a`)"));
}

TEST(Rule, HostsOfARuleAreThosePromised) {
  const auto hosts = [](std::string_view text, RuleSyntax syntax = RuleSyntax::kV3) {
    return rule_hosts(parse_rule(text, syntax).value());
  };
  EXPECT_THAT(hosts("(Host(`B.com`) || Host(`a.com`)) && !Host(`c.com`) && HostRegexp(`d`)"),
              ElementsAre("b.com", "a.com"));
  EXPECT_THAT(hosts("Host(`a.com`) || Host(`A.com.`) || Host(`*.a.com`)"), ElementsAre("a.com", "*.a.com"));
  EXPECT_THAT(hosts("!(!Host(`a.com`))"), ElementsAre("a.com"));
  EXPECT_THAT(hosts("PathPrefix(`/`)"), IsEmpty());
  EXPECT_THAT(hosts("Host(`a`, `b`) || HostHeader(`c`)", RuleSyntax::kV2), ElementsAre("a", "b", "c"));
  EXPECT_THAT(rule_hosts(parse_tcp_rule("HostSNI(`a.com`) || HostSNI(`b.com`)").value()),
              ElementsAre("a.com", "b.com"));
}

TEST(Rule, DefaultPriorityIsTheLengthInBytes) {
  EXPECT_EQ(default_rule_priority("Host(`example.org`)"), 19);
  EXPECT_EQ(default_rule_priority(" Path(`/\xC3\xA9`) "), 13);
}

TEST(Rule, SyntaxOption) {
  EXPECT_EQ(rule_syntax("v2"), RuleSyntax::kV2);
  EXPECT_EQ(rule_syntax("v3"), RuleSyntax::kV3);
  EXPECT_EQ(rule_syntax(""), RuleSyntax::kV3);
}

TEST(RuleV2, SeveralArgumentsAreAlternatives) {
  EXPECT_EQ(parsed_v2("Host(`a`, `B.`) && Path(`/a`,`/b`)"), "((Host[a] | Host[b]) & (Path[/a] | Path[/b]))");
  EXPECT_EQ(parsed_v2("!Method(`get`, `POST`)"), "(!Method[GET] & !Method[POST])");
  EXPECT_EQ(parsed_v2("ClientIP(`10.0.0.1`, `10.1.0.0/16`)"), "(ClientIP[10.0.0.1] | ClientIP[10.1.0.0/16])");
}

TEST(RuleV2, HostTemplatesAreWholeHosts) {
  EXPECT_EQ(parsed_v2("HostRegexp(`foo.bar.com`)"), R"(HostRegexp[(?i)^foo\.bar\.com$])");
  EXPECT_EQ(parsed_v2("HostRegexp(`{sub}.bar.com`)"), R"(HostRegexp[(?i)^(?:[^.]+)\.bar\.com$])");
  EXPECT_EQ(parsed_v2(R"(HostRegexp(`{subdomain:(foo\.)?bar\.com}`))"), R"(HostRegexp[(?i)^(?:(foo\.)?bar\.com)$])");
  EXPECT_EQ(parsed_v2("HostRegexp(`(example.com`)"), R"(HostRegexp[(?i)^\(example\.com$])");
}

TEST(RuleV2, PathTemplates) {
  EXPECT_EQ(parsed_v2("Path(`/css{path:(/.*)?}`)"), "PathRegexp[^\\/css(?:(/.*)?)$]");
  EXPECT_EQ(parsed_v2("PathPrefix(`/css-{n:[0-9]{2}}/{rest}`)"), "PathRegexp[^\\/css\\-(?:[0-9]{2})\\/(?:[^/]+)]");
  EXPECT_EQ(parsed_v2("PathPrefix(`/css.x`)"), "PathPrefix[/css.x]");
}

TEST(RuleV2, QueryTakesPairs) {
  EXPECT_EQ(parsed_v2("Query(`foo=bar`, `a=b=c`)"), "(QueryFirstRegexp[foo=^bar$] & QueryFirstRegexp[a=^b\\=c$])");
  EXPECT_EQ(parsed_v2("Query(`foo=`)"), "QueryFirstRegexp[foo=^(?:.*)$]");
  EXPECT_EQ(parsed_v2("Query(`foo=b{n:[0-9]+}`)"), "QueryFirstRegexp[foo=^b(?:[0-9]+)$]");
  EXPECT_EQ(parsed_v2("Query(`foo`, `bar`)"), "QueryFirstRegexp[foo=^bar$]");
}

TEST(RuleV2, HeadersTakePairs) {
  EXPECT_EQ(parsed_v2("Headers(`A`, `b`, `C`, `d`)"), "(Header[A=b] & Header[C=d])");
  EXPECT_EQ(parsed_v2("HeadersRegexp(`A`, `b|c`)"), "HeaderRegexp[A=b|c]");
}

TEST(RuleV2, RefusesWhatTraefikRefuses) {
  for (const auto* text : {"Host()",
                           "Host(``)",
                           "Host(`a`, ``)",
                           "Host(`🦭.com`)",
                           "HostRegexp(`🦭.com`)",
                           "HostRegexp(`{test`)",
                           "HostRegexp(`test}`)",
                           "HostRegexp(`{}`)",
                           "HostRegexp(`{:a}`)",
                           "HostRegexp(`{a:}`)",
                           "HostRegexp(`{a:(}`)",
                           "HostRegexp(`{a:b)(c}`)",
                           "Path(`css`)",
                           "Path(`{a}`)",
                           "Path(`/{a`)",
                           "Path(``, `/titi`)",
                           "Headers(`titi`)",
                           "Headers(`a`, `b`, `c`)",
                           "HeadersRegexp(`titi`)",
                           "HeadersRegexp(`a`, `(`)",
                           "Query(`titi`)",
                           "Query(`titi={test`)",
                           "Query(`{a}=b`)",
                           "Query(`a=b`, `c`)",
                           "ClientIP(`1`)",
                           "ClientIP(`10.0.0.1`, `x`)",
                           "PathRegexp(`/a`)",
                           "Header(`a`, `b`)",
                           "QueryRegexp(`a`, `b`)"}) {
    EXPECT_FALSE(parse_rule(text, RuleSyntax::kV2)) << text;
  }
}

TEST(RuleTcp, Matchers) {
  EXPECT_EQ(parsed_tcp("HostSNI(`*`)"), "HostSNI[*]");
  EXPECT_EQ(parsed_tcp("HostSNI(`*.Example.com`) && ClientIP(`10.0.0.0/8`)"),
            "(HostSNI[*.example.com] & ClientIP[10.0.0.0/8])");
  EXPECT_EQ(parsed_tcp("hostsni(`a.com.`) || !ALPN(`h2`)"), "(HostSNI[a.com] | !ALPN[h2])");
  EXPECT_EQ(parsed_tcp("HostSNIRegexp(`^a.+$`)"), "HostSNIRegexp[^a.+$]");
  EXPECT_EQ(parsed_tcp("HostSNI(`a`, `b`)", RuleSyntax::kV2), "(HostSNI[a] | HostSNI[b])");
  EXPECT_EQ(parsed_tcp("HostSNIRegexp(`{a}.b`)", RuleSyntax::kV2), "HostSNIRegexp[(?i)^(?:[^.]+)\\.b$]");
}

TEST(RuleTcp, Refuses) {
  for (const auto* text :
       {"Host(`a`)", "HostSNI(`a`, `b`)", "HostSNI(``)", "HostSNI(`a b`)", "HostSNI(`*a`)", "HostSNI(`*.`)",
        "HostSNI(`é.com`)", "HostSNIRegexp(`é`)", "ALPN(`acme-tls/1`)", "ClientIP(`x`)"}) {
    EXPECT_FALSE(parse_tcp_rule(text)) << text;
  }
}

}  // namespace
}  // namespace gatehouse::model
