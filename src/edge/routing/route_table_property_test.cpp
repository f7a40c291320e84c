// The route table against the plainest reading of the rules: random routers, random requests, each rule walked as a
// tree, the routers asked one after the other in order of priority.
#include <algorithm>
#include <array>
#include <random>
#include <ranges>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "edge/routing/request_fixture.h"
#include "edge/routing/route_table.h"

namespace gatehouse::edge {
namespace {

using model::MatcherKind;

// Few names, so that rules and requests often meet.
constexpr std::array kHosts = {"a.com", "b.a.com", "c.a.com", "d.b.a.com", "b.com", "com", "x"};
constexpr std::array kRuleHosts = {"a.com", "B.A.com", "c.a.com.", "*.a.com", "*.com", "*.b.a.com", "*", "x"};
constexpr std::array kPaths = {"/", "/a", "/a/", "/a/b", "/ab", "/b", "/b/a", "/a/b/c"};
constexpr std::array kRegexps = {"a", "^/a", "b$", "^[ab]", "a.*b", "^$"};
constexpr std::array kValues = {"a", "b", "1 2", "%"};
constexpr std::array kQueries = {"", "q=a", "q=b&q=a", "q", "q=1+2", "p=%25", "q=%&p=a", "p=b;q=a"};

class Chance {
 public:
  explicit Chance(unsigned seed) : engine_(seed) {}

  std::size_t below(std::size_t bound) { return engine_() % bound; }
  bool one_in(std::size_t count) { return below(count) == 0; }
  template <class Choices>
  std::string of(const Choices& choices) {
    return choices[below(choices.size())];
  }

 private:
  std::mt19937 engine_;
};

std::string random_matcher(Chance& chance) {
  switch (chance.below(12)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return fmt::format("Host(`{}`)", chance.of(kRuleHosts));
    case 4:
      return fmt::format("HostRegexp(`{}`)", chance.of(kRegexps));
    case 5:
      return fmt::format("Path(`{}`)", chance.of(kPaths));
    case 6:
    case 7:
      return fmt::format("PathPrefix(`{}`)", chance.of(kPaths));
    case 8:
      return fmt::format("PathRegexp(`{}`)", chance.of(kRegexps));
    case 9:
      return fmt::format("Header(`X-{}`, `{}`)", chance.of(kValues).front() == '%' ? 'a' : 'b', chance.of(kValues));
    case 10:
      return chance.one_in(2) ? fmt::format("Query(`q`, `{}`)", chance.of(kValues))
                              : fmt::format("QueryRegexp(`p`, `{}`)", chance.of(kRegexps));
    default:
      return chance.one_in(2) ? "Method(`get`)" : "ClientIP(`10.0.0.0/31`)";
  }
}

std::string random_rule(Chance& chance, int depth) {
  if (depth == 0 || chance.one_in(3)) return random_matcher(chance);
  const auto left = random_rule(chance, depth - 1);
  switch (chance.below(5)) {
    case 0:
      return fmt::format("!({})", left);
    case 1:
      return fmt::format("({} || {})", left, random_rule(chance, depth - 1));
    case 2:
      return fmt::format("{} || {}", left, random_rule(chance, depth - 1));
    default:
      return fmt::format("{} && {}", left, random_rule(chance, depth - 1));
  }
}

RequestFixture random_request(Chance& chance) {
  RequestFixture request{.host = chance.of(kHosts), .path = chance.of(kPaths), .query = chance.of(kQueries)};
  if (chance.one_in(4)) request.host += '.';
  if (chance.one_in(20)) request.host.clear();
  if (chance.one_in(3)) request.path += chance.of(kValues);
  if (chance.one_in(3)) request.method = "POST";
  for (auto lines = chance.below(3); lines > 0; --lines) request.fields.emplace_back("x-B", chance.of(kValues));
  request.client = fmt::format("10.0.0.{}", chance.below(4));
  request.secure = chance.one_in(4);
  return request;
}

std::string without_dot(std::string text) {
  if (text.ends_with('.')) text.pop_back();
  return text;
}

bool plainly_matches_host(const std::string& wanted, const std::string& host) {
  if (wanted == "*") return true;
  if (!wanted.starts_with("*.")) return host == wanted;
  const auto dot = host.find('.');
  return dot != std::string::npos && dot > 0 && host.substr(dot) == wanted.substr(1);
}

std::vector<std::string> plainly_parsed_query(const std::string& query, std::string_view name) {
  std::vector<std::string> values;
  for (const auto part : query | std::views::split('&')) {
    for (const auto piece : part | std::views::split(';')) {
      const std::string pair(piece.begin(), piece.end());
      if (pair.substr(0, pair.find('=')) != name) continue;
      std::string value = pair.contains('=') ? pair.substr(pair.find('=') + 1) : "";
      if (value == "%") continue;
      if (value == "%25") value = "%";
      std::ranges::replace(value, '+', ' ');
      values.push_back(value);
    }
  }
  return values;
}

bool plainly_holds(const model::Matcher& matcher, const RequestFixture& request) {
  const auto regexp = [&matcher](std::string_view text) {
    return model::RuleRegexp::compile(matcher.value)->matches(text);
  };
  switch (matcher.kind) {
    case MatcherKind::kHost:
      return plainly_matches_host(matcher.value, without_dot(request.host));
    case MatcherKind::kHostRegexp:
      return regexp(request.host);
    case MatcherKind::kPath:
      return request.path == matcher.value;
    case MatcherKind::kPathPrefix:
      return request.path.substr(0, matcher.value.size()) == matcher.value;
    case MatcherKind::kPathRegexp:
      return regexp(request.path);
    case MatcherKind::kHeader:
      return std::ranges::any_of(request.fields, [&](const auto& field) {
        return base::iequals(field.first, matcher.name) && field.second == matcher.value;
      });
    case MatcherKind::kQuery:
      return std::ranges::count(plainly_parsed_query(request.query, matcher.name), matcher.value) > 0;
    case MatcherKind::kQueryRegexp:
      return std::ranges::any_of(plainly_parsed_query(request.query, matcher.name), regexp);
    case MatcherKind::kMethod:
      return request.method == matcher.value;
    case MatcherKind::kClientIp:
      return request.client == "10.0.0.0" || request.client == "10.0.0.1";
    default:
      ADD_FAILURE() << "a matcher that random_matcher() does not make";
      return false;
  }
}

bool plainly_accepts(const model::RuleNode& node, const RequestFixture& request) {
  const auto accepts = [&request](const auto& child) { return plainly_accepts(child, request); };
  switch (node.kind) {
    case model::RuleNode::Kind::kAllOf:
      return std::ranges::all_of(node.children, accepts);
    case model::RuleNode::Kind::kAnyOf:
      return std::ranges::any_of(node.children, accepts);
    case model::RuleNode::Kind::kMatcher:
      return plainly_holds(node.matcher, request) != node.matcher.negated;
  }
  return false;
}

struct PlainRouter {
  std::string name;
  std::string text;
  model::Rule rule;
  std::int64_t priority;
  int provider_rank;
  bool tls;
};

std::vector<PlainRouter> random_routers(Chance& chance) {
  std::vector<PlainRouter> routers(1 + chance.below(60));
  const int depth = static_cast<int>(chance.below(4));
  for (std::size_t i = 0; i < routers.size(); ++i) {
    auto& router = routers[i];
    router.text = random_rule(chance, depth);
    router.rule = model::parse_rule(router.text).value();
    router.name = fmt::format("r{}", (i * 7) % routers.size());
    router.priority = chance.one_in(3) ? static_cast<std::int64_t>(chance.below(40)) - 5 : 0;
    router.provider_rank = static_cast<int>(chance.below(2));
    router.tls = chance.one_in(3);
  }
  return routers;
}

// The index of the router that answers.
std::optional<std::uint32_t> plainly_match(const std::vector<PlainRouter>& routers, const RequestFixture& request) {
  std::vector<std::size_t> order(routers.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [&routers](std::size_t i) {
    const auto& router = routers[i];
    const auto priority = router.priority == 0 ? static_cast<std::int64_t>(router.text.size()) : router.priority;
    return std::tuple(-priority, router.provider_rank, std::string_view(router.name), i);
  });
  for (const auto i : order) {
    if (routers[i].tls == request.secure && plainly_accepts(routers[i].rule.root, request)) {
      return static_cast<std::uint32_t>(i);
    }
  }
  return std::nullopt;
}

TEST(RouteTableProperty, AnswersAsAskingEveryRouterInOrderWould) {
  Chance chance(20240611);
  int matched = 0;
  for (int round = 0; round < 150; ++round) {
    const auto routers = random_routers(chance);
    std::vector<RouteSpec> specs;
    for (std::uint32_t i = 0; i < routers.size(); ++i) {
      const auto& router = routers[i];
      specs.push_back({.name = router.name,
                       .rule = router.text,
                       .priority = router.priority,
                       .provider_rank = router.provider_rank,
                       .tls = router.tls,
                       .target = i});
    }
    std::vector<RefusedRoute> refused;
    const auto table = RouteTable::compile("web", specs, refused);
    ASSERT_TRUE(refused.empty()) << refused.front().error.message;
    for (int i = 0; i < 40; ++i) {
      const auto request = random_request(chance);
      const auto expected = plainly_match(routers, request);
      matched += expected.has_value() ? 1 : 0;
      EXPECT_EQ(request.view([&table](const RequestView& view) { return table.match(view); }), expected)
          << "round " << round << ": " << request.host << request.path << "?" << request.query << "\nexpected "
          << (expected ? routers[*expected].text : "none");
    }
  }
  EXPECT_GT(matched, 1000) << "the random rules hardly ever match: nothing was tested";
}

}  // namespace
}  // namespace gatehouse::edge
