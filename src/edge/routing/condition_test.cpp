#include "edge/routing/condition.h"

#include <gtest/gtest.h>

#include "edge/routing/decision.h"
#include "edge/routing/request_fixture.h"

namespace gatehouse::edge {
namespace {

bool accepts(std::string_view rule, const RequestFixture& request, model::RuleSyntax syntax = model::RuleSyntax::kV3) {
  const auto decision = Decision::compile(model::parse_rule(rule, syntax).value());
  EXPECT_TRUE(decision) << rule;
  return request.view([&](const RequestView& view) { return decision->accepts(view); });
}

bool accepts_v2(std::string_view rule, const RequestFixture& request) {
  return accepts(rule, request, model::RuleSyntax::kV2);
}

bool accepts_host(std::string_view rule, std::string host) { return accepts(rule, {.host = std::move(host)}); }
bool accepts_path(std::string_view rule, std::string path) { return accepts(rule, {.path = std::move(path)}); }
bool accepts_query(std::string_view rule, std::string query) { return accepts(rule, {.query = std::move(query)}); }

TEST(Condition, HostDotsAreTolerated) {
  EXPECT_TRUE(accepts_host("Host(`example.com`)", "example.com"));
  EXPECT_TRUE(accepts_host("Host(`example.com`)", "example.com."));
  EXPECT_TRUE(accepts_host("Host(`example.com.`)", "example.com"));
  EXPECT_TRUE(accepts_host("Host(`EXAMPLE.com.`)", "example.com."));
  EXPECT_FALSE(accepts_host("Host(`example.com`)", "example.org."));
  EXPECT_FALSE(accepts_host("Host(`example.com`)", ""));
  EXPECT_FALSE(accepts_host("Host(`example.com`)", "."));
  EXPECT_TRUE(accepts_host("Host(`10::10`)", "10::10"));
}

TEST(Condition, HostWildcardIsOneLabel) {
  EXPECT_TRUE(accepts_host("Host(`*.example.com`)", "test.example.com"));
  EXPECT_TRUE(accepts_host("Host(`*.example.com`)", "test.example.com."));
  EXPECT_TRUE(accepts_host("Host(`*.example.com.`)", "test.example.com"));
  for (const auto* host : {"example.com", "a.b.example.com", "test.otherexample.com", ".example.com", ""}) {
    EXPECT_FALSE(accepts_host("Host(`*.example.com`)", host)) << host;
  }
  EXPECT_TRUE(accepts_host("Host(`*.com`)", "example.com"));
  EXPECT_FALSE(accepts_host("Host(`*.com`)", "com"));
}

TEST(Condition, HostStarIsAnyHost) {
  for (const auto* host : {"test.example.com", "localhost", "10::10", ""}) {
    EXPECT_TRUE(accepts_host("Host(`*`)", host)) << host;
    EXPECT_FALSE(accepts_host("!Host(`*`)", host)) << host;
  }
}

TEST(Condition, HostRegexpSeesTheHostAsItIs) {
  EXPECT_TRUE(accepts_host(R"(HostRegexp(`^[a-zA-Z-]+\.com$`))", "example.com"));
  EXPECT_FALSE(accepts_host(R"(HostRegexp(`^[a-zA-Z-]+\.com$`))", "example.com."));
  EXPECT_FALSE(accepts_host(R"(HostRegexp(`^[A-Z]+\.com$`))", "example.com"));
  EXPECT_TRUE(accepts_host("HostRegexp(`ample`)", "example.com"));
}

TEST(Condition, Paths) {
  EXPECT_TRUE(accepts_path("Path(`/css`)", "/css"));
  EXPECT_FALSE(accepts_path("Path(`/css`)", "/css/"));
  EXPECT_FALSE(accepts_path("Path(`/css`)", "/CSS"));
  EXPECT_TRUE(accepts_path("PathPrefix(`/css`)", "/css"));
  EXPECT_TRUE(accepts_path("PathPrefix(`/css`)", "/cssx"));
  EXPECT_FALSE(accepts_path("PathPrefix(`/css`)", "/cs"));
  EXPECT_TRUE(accepts_path("PathRegexp(`/(css|js)`)", "/a/js/main.js"));
  EXPECT_TRUE(accepts_path("PathRegexp(`(?i)^/css$`)", "/CSS"));
  EXPECT_TRUE(accepts_path("PathRegexp(\"/{path:(css|js)}\")", "/{path:js}/"));
  EXPECT_FALSE(accepts_path("PathRegexp(\"/{path:(css|js)}\")", "/css"));
  EXPECT_TRUE(accepts_path("Path(`/foo bar%2Fbaz`)", "/foo bar%2Fbaz"));
}

TEST(Condition, MethodIsComparedAsReceived) {
  EXPECT_TRUE(accepts("Method(`get`)", {.method = "GET"}));
  EXPECT_FALSE(accepts("Method(`GET`)", {.method = "get"}));
  EXPECT_FALSE(accepts("Method(`GET`)", {.method = "POST"}));
}

TEST(Condition, HeaderIsAnyLine) {
  const RequestFixture request{.fields = {{"X-Env", "https"}, {"x-env", "http"}, {"Accept", "a, b"}}};
  EXPECT_TRUE(accepts("Header(`x-ENV`, `http`)", request));
  EXPECT_TRUE(accepts("Header(`X-Env`, `https`)", request));
  EXPECT_FALSE(accepts("Header(`X-Env`, `HTTP`)", request));
  EXPECT_FALSE(accepts("Header(`Accept`, `a`)", request));
  EXPECT_TRUE(accepts("Header(`accept`, `a, b`)", request));
  EXPECT_FALSE(accepts("Header(`X-Other`, `http`)", request));
  EXPECT_TRUE(accepts("HeaderRegexp(`X-Env`, `^http$`)", request));
  EXPECT_FALSE(accepts("HeaderRegexp(`X-Env`, `^HTTP`)", request));
  EXPECT_FALSE(accepts("HeaderRegexp(`X-Other`, `.*`)", request));
  EXPECT_TRUE(accepts("!HeaderRegexp(`X-Other`, `.*`)", request));
}

TEST(Condition, QueryIsAnyDecodedValue) {
  EXPECT_TRUE(accepts_query("Query(`q`, `traefik`)", "rel=ddg&q=awesome&q=traefik"));
  EXPECT_FALSE(accepts_query("Query(`q`, `traefik`)", "q=TRAEFIK"));
  EXPECT_FALSE(accepts_query("Query(`q`, `traefik`)", "Q=traefik"));
  EXPECT_TRUE(accepts_query("Query(`a b`, `c&d`)", "a+b=c%26d"));
  EXPECT_FALSE(accepts_query("Query(`q`, `a`)", "q=a%"));
}

TEST(Condition, QueryNameAloneIsAnEmptyValue) {
  EXPECT_TRUE(accepts_query("Query(`q`)", "q"));
  EXPECT_TRUE(accepts_query("Query(`q`)", "q=1&q="));
  EXPECT_FALSE(accepts_query("Query(`q`)", "q=1"));
  EXPECT_FALSE(accepts_query("QueryRegexp(`q`)", "q=1"));
  EXPECT_FALSE(accepts_query("Query(`q`)", ""));
}

TEST(Condition, QueryRegexp) {
  EXPECT_TRUE(accepts_query("QueryRegexp(`q`, `^(traefik|nginx)$`)", "q=x&q=nginx"));
  EXPECT_TRUE(accepts_query("QueryRegexp(`q`, `^a b$`)", "q=a+b"));
  EXPECT_TRUE(accepts_query("QueryRegexp(`q`, `^.*$`)", "q="));
  EXPECT_FALSE(accepts_query("QueryRegexp(`q`, `^.*$`)", ""));
  EXPECT_FALSE(accepts_query("!QueryRegexp(`foo`, `.*`)", "foo=;"));
}

TEST(Condition, ClientIp) {
  EXPECT_TRUE(accepts("ClientIP(`127.0.1.0/24`)", {.client = "127.0.1.100"}));
  EXPECT_FALSE(accepts("ClientIP(`127.0.1.0/24`)", {.client = "127.0.2.1"}));
  EXPECT_TRUE(accepts("ClientIP(`10.0.0.1`)", {.client = "::ffff:10.0.0.1"}));
  EXPECT_TRUE(accepts("ClientIP(`fe80::/10`)", {.client = "fe80::1%eth0"}));
}

TEST(Condition, V2Templates) {
  const auto* host = R"(HostRegexp(`{subdomain:(foo\.)?bar\.com}`))";
  EXPECT_TRUE(accepts_v2(host, {.host = "foo.bar.com"}));
  EXPECT_TRUE(accepts_v2(host, {.host = "bar.com"}));
  EXPECT_FALSE(accepts_v2(host, {.host = "fooubar.com"}));
  EXPECT_FALSE(accepts_v2("HostRegexp(`{a}.bar.com`)", {.host = "a.b.bar.com"}));
  EXPECT_TRUE(accepts_v2("HostRegexp(`{d:[A-Z]+}`)", {.host = "localhost"}));
  EXPECT_TRUE(accepts_v2("Path(`/css{path:(/.*)?}`)", {.path = "/css/a/b.css"}));
  EXPECT_FALSE(accepts_v2("Path(`/css{path:(/.*)?}`)", {.path = "/css.css"}));
  EXPECT_TRUE(accepts_v2("PathPrefix(`/css-{name:[0-9]?}`)", {.path = "/css-1/main.css"}));
  EXPECT_FALSE(accepts_v2("Path(`/a/{b}`)", {.path = "/a/b/c"}));
  EXPECT_TRUE(accepts_v2("PathPrefix(`/a/{b:x|y}`)", {.path = "/a/yz"}));
}

TEST(Condition, V2QueryIsTheFirstValue) {
  EXPECT_TRUE(accepts_v2("Query(`foo=bar`, `bar=baz`)", {.query = "bar=baz&foo=bar"}));
  EXPECT_FALSE(accepts_v2("Query(`foo=bar`, `bar=baz`)", {.query = "bar=baz"}));
  EXPECT_FALSE(accepts_v2("Query(`foo=bar`)", {.query = "foo=x&foo=bar"}));
  EXPECT_TRUE(accepts_v2("Query(`foo=b=ar`)", {.query = "foo=b=ar"}));
  EXPECT_TRUE(accepts_v2("Query(`foo=`)", {.query = "foo=anything"}));
  EXPECT_FALSE(accepts_v2("Query(`foo=`)", {.query = "bar"}));
}

TEST(Condition, TcpMatchersAreRefused) {
  EXPECT_FALSE(Decision::compile(model::parse_tcp_rule("HostSNI(`a`)").value()));
}

TEST(Decision, OperatorsAndNegation) {
  const auto at = [](std::string_view rule, std::string host, std::string path) {
    return accepts(rule, {.host = std::move(host), .path = std::move(path)});
  };
  const auto* mixed = "Host(`a`) || Host(`b`) && Path(`/c`) || HostRegexp(`^x`) && !(Path(`/d`) || Path(`/e`))";
  EXPECT_TRUE(at(mixed, "a", "/z"));
  EXPECT_TRUE(at(mixed, "b", "/c"));
  EXPECT_FALSE(at(mixed, "b", "/z"));
  EXPECT_TRUE(at(mixed, "x", "/z"));
  EXPECT_FALSE(at(mixed, "x", "/e"));
  EXPECT_FALSE(at("!(Host(`a`) && Path(`/c`))", "a", "/c"));
  EXPECT_TRUE(at("!(Host(`a`) && Path(`/c`))", "a", "/d"));
  EXPECT_TRUE(at("!(Host(`a`) && !Path(`/c`))", "a", "/c"));
}

}  // namespace
}  // namespace gatehouse::edge
