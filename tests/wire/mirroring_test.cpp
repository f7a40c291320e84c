// Copies of requests for other services, which no client ever notices.
#include "wire/answering.h"
#include "wire/conversation.h"

namespace gatehouse::tests {

namespace {

using namespace std::chrono_literals;

model::Snapshot mirrored(const std::string& server, const std::string& mirror, std::int64_t percent = 100) {
  auto snapshot = snapshot_of({server});
  snapshot.services["mirror@test"].load_balancer.emplace().servers.emplace_back().url = mirror;
  auto& mirroring = snapshot.services["both@test"].mirroring.emplace();
  mirroring.service = "app@test";
  auto& reference = mirroring.mirrors.emplace_back();
  reference.name = "mirror@test";
  reference.percent = percent;
  snapshot.routers.front().service = "both@test";
  return snapshot;
}

model::Mirroring& mirroring_of(model::Snapshot& snapshot) { return *snapshot.services["both@test"].mirroring; }

}  // namespace

TEST(Mirroring, MirrorGetsTheRequestAsItWas) {
  AnsweringServer server("server");
  AnsweringServer mirror("mirror");
  Bed bed(mirrored(server.url(), mirror.url()));
  auto client = bed.connect();
  client.send("POST /x?y=1 HTTP/1.1\r\nHost: a.test\r\nX-One: 1\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(take_reply(client).content, "server");
  ASSERT_TRUE(eventually([&] { return mirror.count() == 1; }));
  EXPECT_EQ(mirror.requests().front(), server.requests().front());
}

TEST(Mirroring, ChunkedContentIsMirroredWithItsLength) {
  AnsweringServer mirror("mirror");
  Server server;
  Bed bed(mirrored(server.url(), mirror.url()));
  auto client = bed.connect();
  client.send("POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  auto backend = server.accept();
  backend.take_through("\r\n\r\n3\r\nabc\r\n");
  client.send("2\r\nde\r\n0\r\n\r\n");
  backend.take_through("0\r\n\r\n");
  EXPECT_EQ(mirror.count(), 0u);  // not before the answer
  backend.send(kOk);
  EXPECT_BYTES(client, kOk);
  ASSERT_TRUE(eventually([&] { return mirror.count() == 1; }));
  EXPECT_TRUE(mirror.requests().front().ends_with("abcde"));
}

TEST(Mirroring, PercentIsEvenlySpread) {
  AnsweringServer server("server");
  AnsweringServer mirror("mirror");
  Bed bed(mirrored(server.url(), mirror.url(), 25));
  auto client = bed.connect();
  for (int i = 0; i < 8; ++i) {
    client.send(fmt::format("GET /{} HTTP/1.1\r\nHost: a.test\r\n\r\n", i));
    take_reply(client);
  }
  ASSERT_TRUE(eventually([&] { return mirror.count() == 2; }));
  EXPECT_TRUE(mirror.requests()[0].starts_with("GET /0 "));
  EXPECT_TRUE(mirror.requests()[1].starts_with("GET /4 "));
}

TEST(Mirroring, MirrorThatHangsOrIsGoneDisturbsNobody) {
  Server hanging;
  AnsweringServer server("server");
  auto snapshot = mirrored(server.url(), hanging.url());
  snapshot.services["gone@test"].load_balancer.emplace().servers.emplace_back().url = "http://127.0.0.1:1";
  auto& gone = mirroring_of(snapshot).mirrors.emplace_back();
  gone.name = "gone@test";
  gone.percent = 100;
  Bed bed(snapshot);
  auto client = bed.connect();
  for (int i = 0; i < 5; ++i) {
    client.send(kGet);
    EXPECT_EQ(take_reply(client).content, "server");
  }
  auto mirror = hanging.accept();
  take_request(mirror);
  bed.stop();  // with copies under way
}

TEST(Mirroring, ContentMayBeLeftOutOrTooLong) {
  AnsweringServer server("server");
  AnsweringServer mirror("mirror");
  auto snapshot = mirrored(server.url(), mirror.url());
  mirroring_of(snapshot).max_body_size = 3;
  Bed bed(snapshot);
  auto client = bed.connect();
  const auto post = [&](std::string_view content) {
    client.send(
        fmt::format("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: {}\r\n\r\n{}", content.size(), content));
    EXPECT_EQ(take_reply(client).content, "server");
    EXPECT_TRUE(server.requests().back().ends_with(content));
  };
  post("four");
  post("abc");
  ASSERT_TRUE(eventually([&] { return mirror.count() == 1; }));
  EXPECT_TRUE(mirror.requests().back().ends_with("abc"));
  mirroring_of(snapshot).mirror_body = false;
  bed.apply(snapshot);
  auto other = bed.connect();
  client = std::move(other);
  post("four");
  ASSERT_TRUE(eventually([&] { return mirror.count() == 2; }));
  EXPECT_TRUE(mirror.requests().back().ends_with("\r\n\r\n"));
}

TEST(Mirroring, ClientThatLeavesIsNotMirrored) {
  Server server;
  AnsweringServer mirror("mirror");
  Bed bed(mirrored(server.url(), mirror.url()));
  auto client = bed.connect();
  client.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhel");
  auto backend = server.accept();
  backend.take_through("hel");
  client.reset();
  EXPECT_TRUE(backend.ended());
  ASSERT_TRUE(eventually([&] { return bed.worker().open_connections() == 0; }));
  EXPECT_EQ(mirror.count(), 0u);
}

}  // namespace gatehouse::tests
