// Health checks of servers, active and passive, and what services of services make of them.
#include <set>

#include "wire/answering.h"
#include "wire/conversation.h"

namespace gatehouse::tests {

namespace {

using namespace std::chrono_literals;

constexpr auto kBrief = 10ms;

model::HealthCheck& check_of(model::Snapshot& snapshot, std::string path = "/health") {
  auto& check = load_balancer_of(snapshot).health_check.emplace();
  check.path = std::move(path);
  check.interval = kBrief;
  check.timeout = 5s;
  return check;
}

Reply get(Peer& client, std::string_view path = "/") {
  client.send(fmt::format("GET {} HTTP/1.1\r\nHost: a.test\r\n\r\n", path));
  return take_reply(client);
}

// Whose content answers, over some requests.
std::set<std::string> who_answers(Peer& client, int requests = 6) {
  std::set<std::string> names;
  for (int i = 0; i < requests; ++i) {
    const auto reply = get(client);
    names.insert(reply.status == 200 ? reply.content : std::to_string(reply.status));
  }
  return names;
}

bool asks_for(std::string_view request, std::string_view path) {
  return request.starts_with(fmt::format("GET {} ", path));
}

// Is ill when asked for its health, and answers everything else.
AnsweringServer::Answer ill(std::string name) {
  return [name = std::move(name)](const std::string& request) {
    return asks_for(request, "/health") ? reply_with(500, "ill") : reply_with(200, name);
  };
}

AnsweringServer::Answer well(std::string name) {
  return [name = std::move(name)](const std::string&) { return reply_with(200, name); };
}

using Names = std::set<std::string>;

}  // namespace

TEST(Health, ServerThatIsDownIsLeftOutUntilItIsBack) {
  AnsweringServer a("a");
  AnsweringServer b(ill("b"));
  auto snapshot = snapshot_of({a.url(), b.url()});
  check_of(snapshot);
  Bed bed(snapshot);
  auto client = bed.connect();
  EXPECT_TRUE(eventually([&] { return who_answers(client) == Names{"a"}; }));
  b.answer_with(well("b"));
  EXPECT_TRUE(eventually([&] { return who_answers(client) == Names{"a", "b"}; }));
}

TEST(Health, WithAllDownThereIsNoServer) {
  AnsweringServer a(ill("a"));
  auto snapshot = snapshot_of({a.url()});
  check_of(snapshot);
  Bed bed(snapshot);
  auto client = bed.connect();
  EXPECT_TRUE(eventually([&] { return get(client).status == 503; }));
  const auto reply = get(client);
  EXPECT_EQ(reply.content, "no available server\n");
  EXPECT_EQ(reply.field("X-Content-Type-Options"), "nosniff");
}

TEST(Health, ServersAreUpUntilTheFirstCheck) {
  AnsweringServer a(ill("a"));
  auto snapshot = snapshot_of({a.url()});
  check_of(snapshot).interval = 1h;
  Bed bed(snapshot);
  auto client = bed.connect();
  EXPECT_EQ(get(client).content, "a");
}

TEST(Health, SurvivesANewConfiguration) {
  AnsweringServer a("a");
  AnsweringServer b(ill("b"));
  auto snapshot = snapshot_of({a.url(), b.url()});
  auto& check = check_of(snapshot);
  check.unhealthy_interval = 1h;  // so that the one check stands
  Bed bed(snapshot);
  auto client = bed.connect();
  ASSERT_TRUE(eventually([&] { return who_answers(client) == Names{"a"}; }));
  b.answer_with(well("b"));
  snapshot.id = 2;
  add_router(snapshot, "other@test", "Path(`/other`)", "app@test");
  bed.apply(snapshot);
  auto other = bed.connect();
  EXPECT_EQ(who_answers(other), Names{"a"});
  // Another check knows nothing yet.
  check_of(snapshot, "/").interval = 1h;
  bed.apply(snapshot);
  EXPECT_TRUE(eventually([&] { return who_answers(other) == Names{"a", "b"}; }));
}

TEST(Health, CheckIsAskedOnceForAllServicesThatWantIt) {
  AnsweringServer a("a");
  auto snapshot = snapshot_of({a.url()});
  check_of(snapshot).interval = 50ms;
  snapshot.services["twin@test"] = snapshot.services["app@test"];
  add_router(snapshot, "twin@test", "Path(`/twin`)", "twin@test");
  Bed bed(snapshot);
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(eventually([&] { return a.count() >= 4; }));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 190ms);
}

TEST(Health, CheckAsksAsItIsTold) {
  AnsweringServer server("fine");
  auto snapshot = snapshot_of({"http://127.0.0.1:1"});
  auto& check = check_of(snapshot, "/health?deep=1");
  check.method = "OPTIONS";
  check.hostname = "app.test";
  check.port = server.port();
  check.headers = {{"X-Probe", "yes"}, {"Host", "not.this"}};
  Bed bed(snapshot);
  ASSERT_TRUE(eventually([&] { return server.count() > 0; }));
  const auto request = server.requests().front();
  EXPECT_TRUE(request.starts_with("OPTIONS /health?deep=1 HTTP/1.1\r\n")) << request;
  EXPECT_NE(request.find("Host: app.test\r\n"), std::string::npos) << request;
  EXPECT_NE(request.find("X-Probe: yes\r\n"), std::string::npos) << request;
  EXPECT_EQ(request.find("X-Forwarded"), std::string::npos) << request;
  EXPECT_EQ(request.find("not.this"), std::string::npos) << request;
}

TEST(Health, StatusMayBeTheOnlyOneThatIsWell) {
  AnsweringServer a([](const std::string& request) {
    return asks_for(request, "/health") ? reply_with(418, "") : reply_with(200, "a");
  });
  AnsweringServer b("b");
  auto snapshot = snapshot_of({a.url(), b.url()});
  check_of(snapshot).status = 418;
  Bed bed(snapshot);
  auto client = bed.connect();
  EXPECT_TRUE(eventually([&] { return who_answers(client) == Names{"a"}; }));
}

TEST(Health, RedirectsAreFollowedUnlessTheyAreNotWanted) {
  AnsweringServer a([](const std::string& request) {
    if (asks_for(request, "/health")) return reply_with(302, "", "Location: /ill\r\n");
    return asks_for(request, "/ill") ? reply_with(503, "") : reply_with(200, "a");
  });
  auto snapshot = snapshot_of({a.url()});
  check_of(snapshot);
  Bed bed(snapshot);
  auto client = bed.connect();
  EXPECT_TRUE(eventually([&] { return get(client).status == 503; }));
  check_of(snapshot).follow_redirects = false;
  bed.apply(snapshot);
  EXPECT_TRUE(eventually([&] { return get(client).status == 200; }));
  const auto asked = a.count();
  ASSERT_TRUE(eventually([&] { return a.count() > asked + 3; }));
  EXPECT_EQ(get(client).status, 200);
}

TEST(Health, RedirectsInCirclesAreNotFollowedForEver) {
  AnsweringServer a([](const std::string& request) {
    return asks_for(request, "/health") ? reply_with(307, "", "Location: health\r\n") : reply_with(200, "a");
  });
  auto snapshot = snapshot_of({a.url()});
  auto& check = check_of(snapshot);
  check.unhealthy_interval = 1h;
  Bed bed(snapshot);
  auto client = bed.connect();
  EXPECT_TRUE(eventually([&] { return get(client).status == 503; }));
}

TEST(Health, ServerThatDoesNotAnswerInTimeIsDown) {
  AnsweringServer a(
      [](const std::string& request) { return asks_for(request, "/health") ? std::string() : reply_with(200, "a"); });
  auto snapshot = snapshot_of({a.url()});
  check_of(snapshot).timeout = 20ms;
  Bed bed(snapshot);
  auto client = bed.connect();
  EXPECT_TRUE(eventually([&] { return get(client).status == 503; }));
}

TEST(Health, ApiAndMetricsTellOfIt) {
  AnsweringServer a("a");
  AnsweringServer b(ill("b"));
  auto snapshot = snapshot_of({a.url(), b.url()});
  check_of(snapshot).unhealthy_interval = 1h;
  snapshot.api.emplace();
  snapshot.metrics.emplace().prometheus.emplace();
  add_router(snapshot, "api@test", "Host(`api.test`) && PathPrefix(`/api`)", "api@internal");
  add_router(snapshot, "metrics@test", "Host(`api.test`) && PathPrefix(`/metrics`)", "prometheus@internal");
  Bed bed(snapshot);
  auto client = bed.connect();
  const auto ask = [&](std::string_view path) {
    client.send(fmt::format("GET {} HTTP/1.1\r\nHost: api.test\r\n\r\n", path));
    return take_reply(client).content;
  };
  const auto status = fmt::format(R"j("serverStatus":{{"{}":"UP","{}":"DOWN"}})j", a.url(), b.url());
  EXPECT_TRUE(eventually([&] { return ask("/api/http/services/app@test").find(status) != std::string::npos; }));
  EXPECT_NE(ask("/api/rawdata").find(status), std::string::npos);
  const auto page = ask("/metrics");
  for (const auto& [url, value] : {std::pair(a.url(), 1), std::pair(b.url(), 0)}) {
    const auto sample = fmt::format("traefik_service_server_up{{service=\"app@test\",url=\"{}\"}} {}\n", url, value);
    EXPECT_NE(page.find(sample), std::string::npos) << page;
  }
}

TEST(PassiveHealth, ServerThatFailsIsLeftOutForAWhile) {
  AnsweringServer a([](const std::string&) { return reply_with(500, "broken"); });
  AnsweringServer b("b");
  auto snapshot = snapshot_of({a.url(), b.url()});
  auto& passive = load_balancer_of(snapshot).passive_health_check.emplace();
  passive.failure_window = 300ms;
  passive.max_failed_attempts = 2;
  Bed bed(snapshot);
  auto client = bed.connect();
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 4; ++i) get(client);
  EXPECT_EQ(a.count(), 2u);
  while (std::chrono::steady_clock::now() - begin < 200ms) EXPECT_EQ(get(client).content, "b");
  EXPECT_EQ(a.count(), 2u);
  a.answer_with(well("a"));
  EXPECT_TRUE(eventually([&] { return who_answers(client) == Names{"a", "b"}; }));
}

TEST(PassiveHealth, NobodyToReachIsAFailureAndSurvivesANewConfiguration) {
  AnsweringServer b("b");
  auto snapshot = snapshot_of({"http://127.0.0.1:1", b.url()});
  load_balancer_of(snapshot).passive_health_check.emplace().failure_window = 1h;
  Bed bed(snapshot);
  auto client = bed.connect();
  EXPECT_EQ(who_answers(client, 4), (Names{"502", "b"}));
  EXPECT_EQ(who_answers(client), Names{"b"});
  snapshot.id = 2;
  bed.apply(snapshot);
  auto other = bed.connect();
  EXPECT_EQ(who_answers(other), Names{"b"});
}

TEST(PassiveHealth, SuccessForgetsFailures) {
  std::atomic<int> number = 0;
  AnsweringServer a([&number](const std::string&) { return reply_with(++number % 2 == 0 ? 200 : 500, "a"); });
  auto snapshot = snapshot_of({a.url()});
  auto& passive = load_balancer_of(snapshot).passive_health_check.emplace();
  passive.failure_window = 1h;
  passive.max_failed_attempts = 2;
  Bed bed(snapshot);
  auto client = bed.connect();
  for (int i = 0; i < 10; ++i) EXPECT_NE(get(client).status, 503);
}

TEST(PassiveHealth, ActiveCheckBringsTheServerBack) {
  AnsweringServer a([](const std::string& request) {
    return asks_for(request, "/fail") ? reply_with(500, "") : reply_with(200, "a");
  });
  auto snapshot = snapshot_of({a.url()});
  load_balancer_of(snapshot).passive_health_check.emplace().failure_window = 1h;
  check_of(snapshot).interval = 30ms;
  Bed bed(snapshot);
  auto client = bed.connect();
  EXPECT_EQ(get(client, "/fail").status, 500);
  EXPECT_EQ(get(client).status, 503);
  EXPECT_TRUE(eventually([&] { return get(client).status == 200; }));
}

namespace {

// The service "top@test" in front of "app@test", which is down, and "other@test", whose server is given.
model::Snapshot two_services(const AnsweringServer& down, const AnsweringServer& other) {
  auto snapshot = snapshot_of({down.url()});
  check_of(snapshot).unhealthy_interval = 1h;
  snapshot.services["other@test"].load_balancer.emplace().servers.emplace_back().url = other.url();
  snapshot.routers.clear();
  add_router(snapshot, "all@test", "PathPrefix(`/`)", "top@test");
  return snapshot;
}

}  // namespace

TEST(ServiceHealth, WeightedLeavesOutAServiceThatIsDown) {
  AnsweringServer a(ill("a"));
  AnsweringServer b("b");
  auto snapshot = two_services(a, b);
  auto& weighted = snapshot.services["top@test"].weighted.emplace();
  weighted.services = {{"app@test", 3}, {"other@test", 1}};
  weighted.health_check.emplace();
  Bed bed(snapshot);
  auto client = bed.connect();
  EXPECT_TRUE(eventually([&] { return who_answers(client, 8) == Names{"b"}; }));
}

TEST(ServiceHealth, WeightedWithoutHealthCheckAsksOn) {
  AnsweringServer a(ill("a"));
  AnsweringServer b("b");
  auto snapshot = two_services(a, b);
  snapshot.services["top@test"].weighted.emplace().services = {{"app@test", 1}, {"other@test", 1}};
  Bed bed(snapshot);
  auto client = bed.connect();
  EXPECT_TRUE(eventually([&] { return who_answers(client, 4) == Names{"503", "b"}; }));
}

TEST(ServiceHealth, FailoverGoesToTheSecondWhileTheFirstIsDown) {
  AnsweringServer a(ill("a"));
  AnsweringServer b("b");
  auto snapshot = two_services(a, b);
  auto& failover = snapshot.services["top@test"].failover.emplace();
  failover.service = "app@test";
  failover.fallback = "other@test";
  load_balancer_of(snapshot).health_check->unhealthy_interval = kBrief;
  Bed bed(snapshot);
  auto client = bed.connect();
  EXPECT_TRUE(eventually([&] { return who_answers(client, 4) == Names{"b"}; }));
  a.answer_with(well("a"));
  EXPECT_TRUE(eventually([&] { return who_answers(client, 4) == Names{"a"}; }));
}

TEST(ServiceHealth, FailoverAsksTheSecondWithTheSameContentAfterAnError) {
  AnsweringServer a([](const std::string&) { return reply_with(503, "no"); });
  AnsweringServer b("b");
  auto snapshot = two_services(a, b);
  load_balancer_of(snapshot).health_check.reset();
  auto& failover = snapshot.services["top@test"].failover.emplace();
  failover.service = "app@test";
  failover.fallback = "other@test";
  failover.errors.emplace().status = {"500-599"};
  failover.errors->max_request_body_bytes = 5;
  Bed bed(snapshot);
  auto client = bed.connect();
  client.send("POST /x HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(take_reply(client).content, "b");
  EXPECT_TRUE(b.requests().back().ends_with("hello"));
  // Longer content is not held, so it is not sent twice.
  client.send("POST /x HTTP/1.1\r\nHost: a.test\r\nContent-Length: 6\r\n\r\nhello!");
  EXPECT_EQ(take_reply(client).status, 503);
  EXPECT_TRUE(a.requests().back().ends_with("hello!"));
}

}  // namespace gatehouse::tests
