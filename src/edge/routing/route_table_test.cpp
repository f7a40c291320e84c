#include "edge/routing/route_table.h"

#include <gmock/gmock.h>

#include "edge/routing/request_fixture.h"

namespace gatehouse::edge {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

RouteTable compile(std::vector<RouteSpec> specs) {
  for (std::uint32_t i = 0; i < specs.size(); ++i) specs[i].target = i;
  std::vector<RefusedRoute> refused;
  auto table = RouteTable::compile("web", specs, refused);
  EXPECT_THAT(refused, IsEmpty());
  return table;
}

std::optional<std::uint32_t> match(const RouteTable& table, const RequestFixture& request) {
  return request.view([&table](const RequestView& view) { return table.match(view); });
}

std::optional<std::uint32_t> match(const RouteTable& table, std::string host, std::string path = "/") {
  return match(table, RequestFixture{.host = std::move(host), .path = std::move(path)});
}

TEST(RouteTable, EmptyMatchesNothing) {
  EXPECT_EQ(match(RouteTable(), "example.com"), std::nullopt);
  EXPECT_EQ(match(compile({}), "example.com"), std::nullopt);
}

TEST(RouteTable, GivesTheTarget) {
  std::vector<RefusedRoute> refused;
  const auto table =
      RouteTable::compile("web", std::vector<RouteSpec>{{.name = "a", .rule = "Host(`a`)", .target = 7}}, refused);
  EXPECT_THAT(match(table, "a"), Optional(7));
  EXPECT_EQ(match(table, "b"), std::nullopt);
}

TEST(RouteTable, LongerRulesComeFirst) {
  const auto table =
      compile({{.name = "a", .rule = "PathPrefix(`/my`)"}, {.name = "b", .rule = "PathPrefix(`/mypath`)"}});
  EXPECT_THAT(match(table, "x", "/mypath"), Optional(1));
  EXPECT_THAT(match(table, "x", "/my"), Optional(0));
}

TEST(RouteTable, TheLengthCountsNotHowMuchIsSaid) {
  const auto table = compile({{.name = "a", .rule = "Host(`example.com`) || Host(`other.example.com`)"},
                              {.name = "b", .rule = "Host(`example.com`) && Path(`/x`)"}});
  EXPECT_THAT(match(table, "example.com", "/x"), Optional(0));
}

TEST(RouteTable, AnExplicitPriorityBeatsTheLength) {
  const auto table = compile({{.name = "a", .rule = "Host(`example.org`)"},
                              {.name = "b", .rule = "PathPrefix(`/`)", .priority = 20},
                              {.name = "c", .rule = "HostRegexp(`^example`)", .priority = 19}});
  EXPECT_THAT(match(table, "example.org"), Optional(1));
}

TEST(RouteTable, NegativePrioritiesComeLast) {
  const auto table = compile({{.name = "a", .rule = "Host(`example.com`) && PathPrefix(`/`)", .priority = -5},
                              {.name = "b", .rule = "PathPrefix(`/`)", .priority = 1}});
  EXPECT_THAT(match(table, "example.com"), Optional(1));
}

TEST(RouteTable, TheLargestPrioritiesDoNotOverflow) {
  const auto table = compile({{.name = "a", .rule = "PathPrefix(`/`)", .priority = INT64_MIN},
                              {.name = "b", .rule = "PathPrefix(`/`)", .priority = INT64_MAX}});
  EXPECT_THAT(match(table, "example.com"), Optional(1));
}

TEST(RouteTable, TiesGoByProviderThenByName) {
  EXPECT_THAT(match(compile({{.name = "a@file", .rule = "Host(`x`)", .provider_rank = 1},
                             {.name = "b@docker", .rule = "Host(`x`)", .provider_rank = 0}}),
                    "x"),
              Optional(1));
  EXPECT_THAT(
      match(compile({{.name = "b@docker", .rule = "Host(`x`)"}, {.name = "a@docker", .rule = "Host(`x`)"}}), "x"),
      Optional(1));
}

TEST(RouteTable, ExactWildcardAndAnyHostAreOneOrder) {
  const auto table = compile({{.name = "exact", .rule = "Host(`a.example.com`)", .priority = 20},
                              {.name = "wild", .rule = "Host(`*.example.com`)", .priority = 30},
                              {.name = "any", .rule = "PathPrefix(`/any`)", .priority = 25},
                              {.name = "star", .rule = "Host(`*`)", .priority = 1},
                              {.name = "regexp", .rule = "HostRegexp(`^a`) && Path(`/re`)", .priority = 40}});
  EXPECT_THAT(match(table, "a.example.com"), Optional(1));
  EXPECT_THAT(match(table, "a.example.com", "/re"), Optional(4));
  EXPECT_THAT(match(table, "example.com", "/any"), Optional(2));
  EXPECT_THAT(match(table, "example.com"), Optional(3));
  EXPECT_THAT(match(table, ""), Optional(3));
}

TEST(RouteTable, SeveralHostsOfOneRule) {
  const auto table = compile({{.name = "a", .rule = "Host(`a`) || Host(`*.b`) || (Host(`c`) && Path(`/x`))"}});
  EXPECT_THAT(match(table, "a."), Optional(0));
  EXPECT_THAT(match(table, "x.b"), Optional(0));
  EXPECT_THAT(match(table, "c", "/x"), Optional(0));
  EXPECT_EQ(match(table, "c", "/y"), std::nullopt);
  EXPECT_EQ(match(table, "b"), std::nullopt);
}

TEST(RouteTable, NegatedHostsAreFoundForEveryOther) {
  const auto table = compile({{.name = "a", .rule = "!Host(`a`)"}});
  EXPECT_EQ(match(table, "a"), std::nullopt);
  EXPECT_THAT(match(table, "b"), Optional(0));
}

TEST(RouteTable, TlsAndPlainRoutersDoNotMeet) {
  const auto table = compile({{.name = "plain", .rule = "PathPrefix(`/`)", .priority = 100},
                              {.name = "secure", .rule = "PathPrefix(`/`)", .priority = 1, .tls = true}});
  EXPECT_THAT(match(table, RequestFixture{}), Optional(0));
  EXPECT_THAT(match(table, RequestFixture{.secure = true}), Optional(1));
}

TEST(RouteTable, OnlyRoutersOfTheEntryPoint) {
  const std::vector<std::string> web = {"websecure", "web"};
  const std::vector<std::string> other = {"websecure"};
  const auto table = compile({{.name = "other", .rule = "Host(`a`)", .priority = 100, .entry_points = other},
                              {.name = "web", .rule = "Host(`a`)", .priority = 50, .entry_points = web},
                              {.name = "all", .rule = "Host(`a`)", .priority = 10}});
  EXPECT_THAT(match(table, "a"), Optional(1));
}

TEST(RouteTable, ABadRuleEndsItsRouterOnly) {
  const std::vector<RouteSpec> specs = {
      {.name = "bad@docker", .rule = "Host(`a`", .target = 0},
      {.name = "ok@docker", .rule = "PathPrefix(`/`)", .target = 1},
      {.name = "worse@docker", .rule = "PathRegexp(`(`)", .tls = true, .target = 2},
  };
  std::vector<RefusedRoute> refused;
  const auto table = RouteTable::compile("web", specs, refused);
  EXPECT_THAT(match(table, "a"), Optional(1));
  ASSERT_THAT(refused,
              ElementsAre(Field(&RefusedRoute::name, "bad@docker"), Field(&RefusedRoute::name, "worse@docker")));
  EXPECT_EQ(refused[0].error.message, "router bad@docker: rule, column 9: expected , or ), not the end of the rule");
  EXPECT_THAT(refused[1].error.message, HasSubstr("router worse@docker: rule, column 12"));
}

TEST(RouteTable, V2Syntax) {
  const auto table = compile(
      {{.name = "a", .rule = "Host(`nope`,`localhost`) && PathPrefix(`/foo`)", .syntax = model::RuleSyntax::kV2}});
  EXPECT_THAT(match(table, "localhost", "/foo"), Optional(0));
  EXPECT_EQ(match(table, "other", "/foo"), std::nullopt);
}

TEST(RouteTable, ManyRoutersOfOneHost) {
  std::vector<std::string> rules;
  for (int i = 0; i < 1000; ++i) rules.push_back("Host(`a`) && PathPrefix(`/" + std::to_string(i) + "`)");
  rules.emplace_back("Host(`a`)");
  std::vector<RouteSpec> specs;
  for (const auto& rule : rules) specs.push_back({.name = rule, .rule = rule});
  const auto table = compile(specs);
  EXPECT_THAT(match(table, "a", "/123/x"), Optional(123));
  EXPECT_THAT(match(table, "a", "/999"), Optional(999));
  EXPECT_THAT(match(table, "a", "/x"), Optional(1000));
}

}  // namespace
}  // namespace gatehouse::edge
