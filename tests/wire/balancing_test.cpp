// Which server, or which service, gets a request.
#include <map>

#include "wire/answering.h"
#include "wire/conversation.h"

namespace gatehouse::tests {

namespace {

using namespace std::chrono_literals;

Reply get(Peer& client, std::string_view fields = "") {
  client.send(fmt::format("GET / HTTP/1.1\r\nHost: a.test\r\n{}\r\n", fields));
  return take_reply(client);
}

std::map<std::string, int> answers(Peer& client, int requests) {
  std::map<std::string, int> counts;
  for (int i = 0; i < requests; ++i) ++counts[get(client).content];
  return counts;
}

using Counts = std::map<std::string, int>;

// A request that the server has, and does not answer.
std::pair<Peer, Peer> occupy(Bed& bed, Server& server) {
  auto client = bed.connect();
  client.send(kGet);
  auto backend = server.accept();
  take_request(backend);
  return {std::move(client), std::move(backend)};
}

}  // namespace

TEST(Balancing, WeightsOfServersCount) {
  AnsweringServer a("a");
  AnsweringServer b("b");
  AnsweringServer c("c");
  auto snapshot = snapshot_of({a.url(), b.url(), c.url()});
  auto& servers = load_balancer_of(snapshot).servers;
  servers[0].weight = 3;
  servers[2].weight = 0;
  Bed bed(snapshot);
  auto client = bed.connect();
  EXPECT_EQ(answers(client, 8), (Counts{{"a", 6}, {"b", 2}}));
}

TEST(Balancing, AddressLeadsToTheSameServer) {
  AnsweringServer a("a");
  AnsweringServer b("b");
  auto snapshot = snapshot_of({a.url(), b.url()});
  load_balancer_of(snapshot).strategy = "hrw";
  Bed bed(snapshot);
  auto client = bed.connect();
  EXPECT_EQ(answers(client, 6).size(), 1u);
}

TEST(Balancing, BusyServerIsAvoided) {
  Server busy;
  AnsweringServer free("free");
  auto snapshot = snapshot_of({busy.url()});
  load_balancer_of(snapshot).strategy = "p2c";
  Bed bed(snapshot);
  const auto waiting = occupy(bed, busy);  // while it is the only one
  load_balancer_of(snapshot).servers.emplace_back().url = free.url();
  bed.apply(snapshot);
  auto client = bed.connect();
  EXPECT_EQ(answers(client, 6), (Counts{{"free", 6}}));
}

TEST(Balancing, SlowServerGetsFewerRequests) {
  AnsweringServer slow([](const std::string&) {
    std::this_thread::sleep_for(20ms);
    return reply_with(200, "slow");
  });
  AnsweringServer fast("fast");
  auto snapshot = snapshot_of({slow.url(), fast.url()});
  load_balancer_of(snapshot).strategy = "leasttime";
  Bed bed(snapshot);
  auto client = bed.connect();
  EXPECT_GE(answers(client, 20)["fast"], 17);
}

TEST(Balancing, CookieLeadsToTheSameServerAndIsWrittenOnce) {
  AnsweringServer a("a");
  AnsweringServer b("b");
  auto snapshot = snapshot_of({a.url(), b.url()});
  load_balancer_of(snapshot).sticky.emplace().cookie.emplace().name = "to";
  Bed bed(snapshot);
  auto client = bed.connect();
  const auto first = get(client);
  const auto cookie = first.field("Set-Cookie");
  const auto pair = cookie.substr(0, cookie.find(';'));
  EXPECT_TRUE(pair.starts_with("to=")) << cookie;
  for (int i = 0; i < 4; ++i) {
    const auto reply = get(client, "Cookie: " + pair + "\r\n");
    EXPECT_EQ(reply.content, first.content);
    EXPECT_EQ(reply.field("Set-Cookie"), "");
  }
}

TEST(Balancing, CookieOfOldTimesIsWrittenAnew) {
  AnsweringServer a("a");
  AnsweringServer b("b");
  auto snapshot = snapshot_of({a.url(), b.url()});
  load_balancer_of(snapshot).sticky.emplace().cookie.emplace().name = "to";
  Bed bed(snapshot);
  auto client = bed.connect();
  for (int i = 0; i < 3; ++i) {
    const auto reply = get(client, "Cookie: to=" + b.url() + "\r\n");
    EXPECT_EQ(reply.content, "b");
    EXPECT_TRUE(reply.field("Set-Cookie").starts_with("to=")) << reply.head;
  }
}

TEST(Balancing, CookieOfAServerThatFailsIsNotObeyed) {
  AnsweringServer a("a");
  auto snapshot = snapshot_of({a.url(), "http://127.0.0.1:1"});
  load_balancer_of(snapshot).sticky.emplace().cookie.emplace().name = "to";
  load_balancer_of(snapshot).passive_health_check.emplace().failure_window = 1h;
  Bed bed(snapshot);
  auto client = bed.connect();
  const std::string cookie = "Cookie: to=http://127.0.0.1:1\r\n";
  EXPECT_EQ(get(client, cookie).status, 502);
  const auto reply = get(client, cookie);
  EXPECT_EQ(reply.content, "a");
  EXPECT_TRUE(reply.field("Set-Cookie").starts_with("to=")) << reply.head;
}

TEST(Balancing, FencedServerServesOnlyWhoHasItsCookie) {
  AnsweringServer a("a");
  AnsweringServer b("b");
  auto snapshot = snapshot_of({a.url(), b.url()});
  load_balancer_of(snapshot).sticky.emplace().cookie.emplace().name = "to";
  load_balancer_of(snapshot).servers[0].fenced = true;
  Bed bed(snapshot);
  auto client = bed.connect();
  EXPECT_EQ(answers(client, 4), (Counts{{"b", 4}}));
  EXPECT_EQ(get(client, "Cookie: to=" + a.url() + "\r\n").content, "a");
}

TEST(Balancing, CookieOfAWeightedServiceLeadsToTheSameService) {
  AnsweringServer a("a");
  AnsweringServer b("b");
  auto snapshot = snapshot_of({a.url()});
  snapshot.services["other@test"].load_balancer.emplace().servers.emplace_back().url = b.url();
  auto& weighted = snapshot.services["top@test"].weighted.emplace();
  weighted.services = {{"app@test", 1}, {"other@test", 1}};
  weighted.sticky.emplace().cookie.emplace().name = "to";
  snapshot.routers.front().service = "top@test";
  Bed bed(snapshot);
  auto client = bed.connect();
  const auto first = get(client);
  const auto cookie = first.field("Set-Cookie");
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(get(client, "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n").content, first.content);
  }
}

TEST(Balancing, AddressLeadsToTheSameService) {
  AnsweringServer a("a");
  AnsweringServer b("b");
  auto snapshot = snapshot_of({a.url()});
  snapshot.services["other@test"].load_balancer.emplace().servers.emplace_back().url = b.url();
  snapshot.services["top@test"].highest_random_weight.emplace().services = {{"app@test", 1}, {"other@test", 1}};
  snapshot.routers.front().service = "top@test";
  Bed bed(snapshot);
  auto client = bed.connect();
  EXPECT_EQ(answers(client, 6).size(), 1u);
}

TEST(Balancing, MiddlewaresOfAChildServiceRunForItAlone) {
  AnsweringServer a("a");
  AnsweringServer b("b");
  auto snapshot = snapshot_of({a.url()});
  snapshot.services["other@test"].load_balancer.emplace().servers.emplace_back().url = b.url();
  snapshot.services["other@test"].middlewares = {"prefix@test"};
  snapshot.middlewares["prefix@test"].add_prefix.emplace().prefix = "/b";
  snapshot.services["top@test"].weighted.emplace().services = {{"app@test", 1}, {"other@test", 1}};
  snapshot.routers.front().service = "top@test";
  Bed bed(snapshot);
  auto client = bed.connect();
  EXPECT_EQ(answers(client, 2), (Counts{{"a", 1}, {"b", 1}}));
  EXPECT_TRUE(a.requests().front().starts_with("GET / "));
  EXPECT_TRUE(b.requests().front().starts_with("GET /b/ "));
}

}  // namespace gatehouse::tests
