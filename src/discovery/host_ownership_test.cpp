// What the labels of a hostile stack try, and what comes of it: no vector changes what another stack is sent, and each
// leaves the operator a reason. The rules are those of stack_borders.h and host_guard.h together.
#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "discovery/container_config.h"
#include "discovery/host_guard.h"
#include "discovery/snapshot_builder.h"
#include "discovery/stack_borders.h"
#include "model/rule.h"

namespace gatehouse::discovery {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

docker::Container container(std::string name, std::string stack, std::string ip, std::string started,
                            docker::Labels labels) {
  docker::Container result;
  result.id = name + "-id";
  result.name = std::move(name);
  result.labels = std::move(labels);
  if (!stack.empty()) result.labels[std::string(kStackLabel)] = std::move(stack);
  result.state = docker::ContainerState::kRunning;
  result.started_at = std::move(started);
  result.networks.push_back({.name = "net", .network_id = "n", .ip = std::move(ip), .ipv6 = {}, .aliases = {}});
  result.ports.push_back({.port = 80, .protocol = "tcp", .host_ip = {}, .host_port = 0});
  return result;
}

constexpr std::string_view kShopAddress = "10.0.0.2";
constexpr std::string_view kEvilAddress = "10.0.0.66";

// Stack shop has shop.example.com and *.shops.example.com; the operator's file has admin.example.com.
docker::Container shop(std::string started = "2026-01-01T00:00:00Z") {
  return container("shop-web-1", "shop", std::string(kShopAddress), std::move(started),
                   {{"traefik.http.routers.web.rule", "Host(`shop.example.com`)"},
                    {"traefik.http.routers.web.middlewares", "auth"},
                    {"traefik.http.routers.many.rule", "Host(`*.shops.example.com`)"},
                    {"traefik.http.middlewares.auth.basicauth.users", "a:$apr1$x$y"},
                    {"traefik.http.services.web.loadbalancer.server.port", "80"}});
}

docker::Container evil(docker::Labels labels) {
  return container("evil-web-1", "evil", std::string(kEvilAddress), "2026-02-01T00:00:00Z", std::move(labels));
}

class Machine {
 public:
  Machine() {
    static_.entry_points["web"].address = ":80";
    static_.entry_points["websecure"].address = ":443";
    static_.api.emplace();
    providers_["file"].http.services["admin"].load_balancer.emplace().servers.emplace_back().url = "http://10.9.9.9";
    auto& admin = providers_["file"].http.routers["admin"];
    admin.rule = "Host(`admin.example.com`)";
    admin.service = "admin";
  }

  void run(const std::vector<docker::Container>& containers) {
    problems_.clear();
    providers_["docker"] = configure(containers, {}, *Constraints::parse(""), claims_, problems_);
    built_ = build_snapshot({.static_config = static_, .providers = providers_, .claims = claims_, .files = files_});
    problems_.insert(problems_.end(), built_.problems.begin(), built_.problems.end());
  }

  [[nodiscard]] const model::Snapshot& snapshot() const { return built_.snapshot; }
  [[nodiscard]] std::string problems() const {
    std::string text;
    for (const auto& problem : problems_) text += problem.object + ": " + problem.message + "\n";
    return text;
  }
  [[nodiscard]] const model::SnapshotRouter* router(const std::string& name) const {
    const auto found = std::ranges::find(snapshot().routers, name, &model::SnapshotRouter::name);
    return found == snapshot().routers.end() ? nullptr : &*found;
  }

  model::StaticConfig static_;
  StackClaims claims_;

 private:
  std::map<std::string, model::DynamicConfig> providers_;
  std::vector<Problem> problems_;
  FileContents files_;
  BuiltSnapshot built_;
};

// Could the rule match a request for that host, whatever else the request is?
bool can_match(const model::RuleNode& node, const std::string& host) {
  const auto matches = [&](const model::RuleNode& child) { return can_match(child, host); };
  switch (node.kind) {
    case model::RuleNode::Kind::kAllOf:
      return std::ranges::all_of(node.children, matches);
    case model::RuleNode::Kind::kAnyOf:
      return std::ranges::any_of(node.children, matches);
    case model::RuleNode::Kind::kMatcher:
      break;
  }
  const auto& matcher = node.matcher;
  if (matcher.kind != model::MatcherKind::kHost) return true;
  return (matcher.value == "*" || covers_host(matcher.value, host)) != matcher.negated;
}

// What the machine does for everybody but evil must not depend on evil's being there.
void expect_harmless(const Machine& before, const Machine& after) {
  std::set<std::string> known;
  for (const auto& router : before.snapshot().routers) {
    known.insert(router.name);
    EXPECT_THAT(after.snapshot().routers, testing::Contains(router));
  }
  for (const auto& [name, service] : before.snapshot().services) {
    ASSERT_TRUE(after.snapshot().services.contains(name)) << name;
    EXPECT_TRUE(after.snapshot().services.at(name) == service) << name;
  }
  for (const auto& [name, middleware] : before.snapshot().middlewares) {
    ASSERT_TRUE(after.snapshot().middlewares.contains(name)) << name;
    EXPECT_TRUE(after.snapshot().middlewares.at(name) == middleware) << name;
  }
  EXPECT_TRUE(after.snapshot().tls == before.snapshot().tls);
  for (const auto& router : after.snapshot().routers) {
    if (known.contains(router.name)) continue;
    const auto rule = model::parse_rule(router.rule, model::rule_syntax(router.rule_syntax));
    ASSERT_TRUE(rule) << router.rule;
    for (const auto* host : {"shop.example.com", "a.shops.example.com", "admin.example.com"}) {
      EXPECT_FALSE(can_match(rule->root, host)) << router.name << " " << router.rule << " matches " << host;
    }
    EXPECT_FALSE(before.snapshot().services.contains(router.service)) << router.service;
    EXPECT_THAT(router.service, Not(testing::EndsWith("@internal")));
    const auto& service = after.snapshot().services.at(router.service);
    ASSERT_TRUE(service.load_balancer) << router.service;
    for (const auto& server : service.load_balancer->servers) EXPECT_THAT(server.url, HasSubstr(kEvilAddress));
  }
}

struct Vector {
  std::string name;
  docker::Labels labels;
};

docker::Labels rule(const std::string& text, docker::Labels more = {}) {
  more["traefik.http.routers.evil.rule"] = text;
  return more;
}

docker::Labels rule_v2(const std::string& text) { return rule(text, {{"traefik.http.routers.evil.ruleSyntax", "v2"}}); }

docker::Labels with_service(const std::string& reference) {
  return rule("Host(`evil.test`)", {{"traefik.http.routers.evil.service", reference},
                                    {"traefik.http.services.own.loadbalancer.server.port", "80"}});
}

docker::Labels with_server(const std::string& url) {
  return rule("Host(`evil.test`)", {{"traefik.http.services.evil.loadbalancer.server.url", url}});
}

docker::Labels with_domain(const std::string& main, const std::string& other = "evil.test") {
  return rule("Host(`evil.test`)", {{"traefik.http.routers.evil.tls.domains[0].main", main},
                                    {"traefik.http.routers.evil.tls.domains[0].sans", other}});
}

std::vector<Vector> vectors_of_hosts() {
  return {
      {"the exact host", rule("Host(`shop.example.com`)")},
      {"the operator's host", rule("Host(`admin.example.com`)")},
      {"in upper case", rule("Host(`SHOP.EXAMPLE.COM`)")},
      {"in mixed case", rule("Host(`sHop.exAmple.com`)")},
      {"with a dot at its end", rule("Host(`shop.example.com.`)")},
      {"upper case and a dot", rule("Host(`SHOP.example.com.`)")},
      {"a longer rule", rule("Host(`shop.example.com`) && PathPrefix(`/a/very/long/path/that/wins`)")},
      {"a path only", rule("Host(`shop.example.com`) && Path(`/login`)")},
      {"the path of ACME", rule("Host(`shop.example.com`) && PathPrefix(`/.well-known/acme-challenge/`)")},
      {"a method", rule("Host(`shop.example.com`) && Method(`POST`)")},
      {"a header", rule("Host(`shop.example.com`) && Header(`X-Evil`, `1`)")},
      {"a client", rule("Host(`shop.example.com`) && ClientIP(`0.0.0.0/0`)")},
      {"the highest priority",
       rule("Host(`shop.example.com`)", {{"traefik.http.routers.evil.priority", "2147483647"}})},
      {"the lowest priority", rule("Host(`shop.example.com`)", {{"traefik.http.routers.evil.priority", "-1"}})},
      {"behind one of its own", rule("Host(`evil.test`) || Host(`shop.example.com`)")},
      {"before one of its own", rule("Host(`shop.example.com`) || Host(`evil.test`)")},
      {"in parentheses", rule("((Host(`evil.test`)) || ((Host(`shop.example.com`))))")},
      {"twice negated", rule("!(!Host(`shop.example.com`))")},
      {"by De Morgan", rule("!(!Host(`shop.example.com`) && !Host(`evil.test`))")},
      {"beside a part that never matches", rule("Host(`shop.example.com`) && Host(`evil.test`)")},
      {"one of a wildcard's", rule("Host(`a.shops.example.com`)")},
      {"the same wildcard", rule("Host(`*.shops.example.com`)")},
      {"v2, of several", rule_v2("Host(`evil.test`, `shop.example.com`)")},
      {"v2, the old name", rule_v2("HostHeader(`shop.example.com`)")},
      {"v2, the exact host", rule_v2("Host(`shop.example.com`)")},
      {"with TLS", rule("Host(`shop.example.com`)", {{"traefik.http.routers.evil.tls", "true"}})},
      {"on one entry point", rule("Host(`shop.example.com`)", {{"traefik.http.routers.evil.entrypoints", "web"}})},
      {"a wildcard over it", rule("Host(`*.example.com`)")},
      {"a wildcard, first of all", rule("Host(`*.example.com`)", {{"traefik.http.routers.evil.priority", "1000000"}})},
      {"any host", rule("Host(`*`)")},
      {"every host by expression", rule("HostRegexp(`.*`)")},
      {"the host by expression", rule("HostRegexp(`^shop\\.example\\.com$`)")},
      {"the host by an expression with case", rule("HostRegexp(`(?i)^SHOP\\.`)")},
      {"v2, by a template", rule_v2("HostRegexp(`{any:.+}`)")},
      {"v2, the host by a template", rule_v2("HostRegexp(`{sub:shop}.example.com`)")},
      {"every path", rule("PathPrefix(`/`)")},
      {"every path, first of all", rule("PathPrefix(`/`)", {{"traefik.http.routers.evil.priority", "1000000"}})},
      {"all but its own host", rule("!Host(`evil.test`)")},
      {"the field Host", rule("Header(`Host`, `shop.example.com`)")},
      {"the field X-Forwarded-Host", rule("Header(`X-Forwarded-Host`, `shop.example.com`)")},
      {"a query", rule("Query(`a`, `b`)")},
      {"any of its own or any path", rule("Host(`evil.test`) || PathPrefix(`/checkout`)")},
      {"a certificate for it", with_domain("shop.example.com")},
      {"a certificate for it, aside", with_domain("evil.test", "shop.example.com")},
      {"a certificate for the operator's", with_domain("ADMIN.example.com.")},
  };
}

std::vector<Vector> vectors_of_objects() {
  const docker::Labels own_host = rule("Host(`evil.test`)");
  const auto with = [&](docker::Labels more) {
    more.insert(own_host.begin(), own_host.end());
    return more;
  };
  return {
      {"the same router", {{"traefik.http.routers.web.rule", "Host(`evil.test`)"}}},
      {"the same router and rule", {{"traefik.http.routers.web.rule", "Host(`shop.example.com`)"}}},
      {"the same service", with({{"traefik.http.services.web.loadbalancer.server.port", "80"}})},
      {"the same service, other options", with({{"traefik.http.services.web.loadbalancer.server.port", "80"},
                                                {"traefik.http.services.web.loadbalancer.sticky.cookie.name", "x"}})},
      {"the same middleware", with({{"traefik.http.middlewares.auth.basicauth.users", "evil:$apr1$x$y"}})},
      {"another kind of middleware", with({{"traefik.http.middlewares.auth.addprefix.prefix", "/evil"}})},
      {"the name that another's object would get", with({{"traefik.http.routers.web~blog.rule", "Host(`x.evil.test`)"},
                                                         {"traefik.http.routers.web.rule", "Host(`y.evil.test`)"}})},
      {"another's service", with_service("web")},
      {"another's service, qualified", with_service("web@docker")},
      {"the operator's service", with_service("admin@file")},
      {"the API", with_service("api@internal")},
      {"the dashboard", with_service("dashboard@internal")},
      {"the metrics", with_service("prometheus@internal")},
      {"the ping", with_service("ping@internal")},
      {"another's container by address", with_server("http://10.0.0.2:80")},
      {"another's container by name", with_server("http://shop-web-1:80")},
      {"the machine itself", with_server("http://127.0.0.1:8080")},
      {"the machine by name", with_server("http://localhost:2375")},
      {"the cloud's metadata", with_server("http://169.254.169.254/")},
      {"an address in IPv6", with_server("http://[::1]:80")},
      {"an address mapped into IPv6", with_server("http://[::ffff:10.0.0.2]:80")},
      {"an address behind a user", with_server("http://10.0.0.66@10.0.0.2/")},
      {"an address as one number", with_server("http://167772162/")},
      {"a site of the internet", with_server("https://example.org")},
      {"errors from another's service", with({{"traefik.http.routers.evil.middlewares", "e"},
                                              {"traefik.http.middlewares.e.errors.status", "500-599"},
                                              {"traefik.http.middlewares.e.errors.service", "web@docker"},
                                              {"traefik.http.middlewares.e.errors.query", "/"}})},
      {"the certificate of all", with({{"traefik.tls.stores.default.defaultgeneratedcert.resolver", "le"},
                                       {"traefik.tls.stores.default.defaultgeneratedcert.domain.main", "evil.test"}})},
  };
}

void expect_refused(const Vector& vector) {
  SCOPED_TRACE(vector.name);
  Machine before;
  before.run({shop()});
  ASSERT_THAT(before.problems(), IsEmpty());
  // Evil comes later, and evil is there when everything starts again and shop's container is newer.
  Machine after;
  after.run({shop()});
  after.run({evil(vector.labels), shop()});
  expect_harmless(before, after);
  EXPECT_THAT(after.problems(), Not(IsEmpty()));
  after.run({evil(vector.labels), shop("2026-03-01T00:00:00Z")});
  expect_harmless(before, after);
  EXPECT_THAT(after.problems(), Not(IsEmpty()));
  // While shop is away its hosts stay its own.
  after.run({evil(vector.labels)});
  after.run({evil(vector.labels), shop("2026-03-01T00:00:00Z")});
  expect_harmless(before, after);
}

TEST(HostOwnership, AnothersHostsAreOutOfReach) {
  const auto vectors = vectors_of_hosts();
  for (const auto& vector : vectors) expect_refused(vector);
  EXPECT_GE(vectors.size() + vectors_of_objects().size(), 60);
}

TEST(HostOwnership, AnothersObjectsAreOutOfReach) {
  for (const auto& vector : vectors_of_objects()) expect_refused(vector);
}

TEST(HostOwnership, MassesOfLabelsTakeNothing) {
  docker::Labels labels;
  for (int i = 0; i < 10'000; ++i) {
    labels[fmt::format("traefik.http.routers.r{}.rule", i)] = fmt::format("Host(`h{}.evil.test`)", i);
  }
  labels["traefik.http.routers.web.rule"] = "Host(`shop.example.com`)";
  labels["traefik.http.routers.long.rule"] = "PathPrefix(`/" + std::string(1 << 20, 'x') + "`)";
  labels["traefik.http.services.own.loadbalancer.server.port"] = "80";
  expect_refused({"masses of labels", std::move(labels)});
}

TEST(HostOwnership, TheReasonNamesTheOwnerAndTheWayOut) {
  Machine machine;
  machine.run({shop()});
  machine.run({shop(), evil(rule("Host(`shop.example.com`)"))});
  EXPECT_THAT(machine.problems(), HasSubstr("router evil@docker: the host \"shop.example.com\" belongs to the stack "
                                            "\"shop\"; to move it: --gatehouse.stacks.evil.hosts=shop.example.com"));
  EXPECT_EQ(machine.router("evil@docker"), nullptr);
}

TEST(HostOwnership, TheOperatorMovesAHost) {
  Machine machine;
  const std::vector containers{shop(), evil(rule("Host(`shop.example.com`)"))};
  machine.run(containers);
  machine.static_.gatehouse.stacks["evil"].hosts = {"Shop.Example.com"};
  machine.run(containers);
  EXPECT_NE(machine.router("evil@docker"), nullptr);
  EXPECT_EQ(machine.router("web@docker"), nullptr);
  // It has moved for good.
  machine.static_.gatehouse.stacks.clear();
  machine.run(containers);
  EXPECT_NE(machine.router("evil@docker"), nullptr);
  EXPECT_EQ(machine.router("web@docker"), nullptr);
}

TEST(HostOwnership, TwoStacksShareAHostThatTheOperatorGivesToBoth) {
  Machine machine;
  machine.static_.gatehouse.stacks["evil"].hosts = {"shop.example.com"};
  machine.static_.gatehouse.stacks["shop"].hosts = {"shop.example.com"};
  machine.run({shop(), evil(rule("Host(`shop.example.com`) && PathPrefix(`/api`)"))});
  EXPECT_NE(machine.router("evil@docker"), nullptr);
  EXPECT_NE(machine.router("web@docker"), nullptr);
}

TEST(HostOwnership, AStackMayBeLetToMatchEverything) {
  Machine machine;
  machine.static_.gatehouse.stacks["evil"].hosts = {"*"};
  machine.run({shop(), evil(rule("PathPrefix(`/`)"))});
  ASSERT_NE(machine.router("evil@docker"), nullptr);
  EXPECT_EQ(machine.router("evil@docker")->rule, "PathPrefix(`/`)");
}

TEST(HostOwnership, ACatchAllServesWhatIsNobodys) {
  Machine machine;
  machine.run({shop()});
  machine.run({shop(), evil(rule("PathPrefix(`/`)"))});
  ASSERT_NE(machine.router("evil@docker"), nullptr);
  EXPECT_EQ(machine.router("evil@docker")->priority, 15);  // as if nothing had been added
  const auto parsed = model::parse_rule(machine.router("evil@docker")->rule);
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(can_match(parsed->root, "nobody.example.com"));
}

TEST(HostOwnership, StacksWithOneNameForTheirObjectsKeepThemApart) {
  Machine machine;
  machine.run({shop(), container("blog-1", "blog", "10.0.0.3", "2026-02-01T00:00:00Z",
                                 {{"traefik.http.routers.web.rule", "Host(`blog.example.com`)"},
                                  {"traefik.http.routers.web.middlewares", "auth,own"},
                                  {"traefik.http.middlewares.auth.basicauth.users", "b:$apr1$x$y"},
                                  {"traefik.http.middlewares.own.chain.middlewares", "auth@docker"},
                                  {"traefik.http.services.web.loadbalancer.server.port", "80"}})});
  const auto* router = machine.router("web~blog@docker");
  ASSERT_NE(router, nullptr) << machine.problems();
  EXPECT_EQ(router->service, "web~blog@docker");
  EXPECT_THAT(router->middlewares, testing::ElementsAre("auth~blog@docker", "own@docker"));
  EXPECT_THAT(machine.snapshot().middlewares.at("own@docker").chain->middlewares,
              testing::ElementsAre("auth~blog@docker"));
  EXPECT_THAT(machine.problems(), HasSubstr("the name belongs to the stack \"shop\""));
}

TEST(HostOwnership, AStackThatIsCalledSoGetsNobodysNames) {
  for (const auto* name : {"evil@internal", "shop@docker", "../shop", "shop~", "sh\u043ep", "\u202eshop"}) {
    Machine before;
    before.run({shop()});
    Machine after;
    auto hostile = evil({{"traefik.http.routers.web.rule", "Host(`evil.test`)"},
                         {"traefik.http.services.web.loadbalancer.server.port", "80"}});
    hostile.labels[std::string(kStackLabel)] = name;
    after.run({shop(), hostile});
    SCOPED_TRACE(name);
    expect_harmless(before, after);
  }
}

TEST(HostOwnership, CopiesOfOneMiddlewareAreNoConflict) {
  Machine machine;
  machine.run({shop(), container("blog-1", "blog", "10.0.0.3", "2026-02-01T00:00:00Z",
                                 {{"traefik.http.routers.blog.rule", "Host(`blog.example.com`)"},
                                  {"traefik.http.middlewares.auth.basicauth.users", "a:$apr1$x$y"}})});
  EXPECT_THAT(machine.problems(), IsEmpty());
}

TEST(HostOwnership, ContainersOfOneStackAndThoseOfNoneWorkTogether) {
  Machine machine;
  const auto api = [](std::string stack) {
    return container("api", std::move(stack), "10.0.0.3", "2026-02-01T00:00:00Z",
                     {{"traefik.http.routers.api.rule", "Host(`shop.example.com`) && PathPrefix(`/api`)"}});
  };
  machine.run({shop(), api("shop")});
  EXPECT_THAT(machine.problems(), IsEmpty());
  machine.run({shop(), api("")});  // the operator started it by hand
  EXPECT_NE(machine.router("api~operator@docker"), nullptr) << machine.problems();
}

}  // namespace
}  // namespace gatehouse::discovery
