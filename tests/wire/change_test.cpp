// New snapshots and drains while requests are under way.
#include <future>

#include "wire/conversation.h"

namespace gatehouse::tests {

namespace {

constexpr std::string_view kOkAndClose =
    "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

std::future<void> drain(Bed& bed, std::chrono::milliseconds grace = kPatience) {
  std::promise<void> drained;
  auto future = drained.get_future();
  bed.worker().drain(grace, [drained = std::move(drained)]() mutable { drained.set_value(); });
  return future;
}

bool is_over(std::future<void>& drained) { return drained.wait_for(kPatience) == std::future_status::ready; }

}  // namespace

TEST(Change, RequestUnderWayEndsAsItBeganAndTheNextGoesTheNewWay) {
  Server before;
  Server after;
  Bed bed(snapshot_of(before));
  auto client = bed.connect();
  client.send(kGet);
  auto old_backend = before.accept();
  EXPECT_BYTES(old_backend, forwarded_get());
  bed.apply(snapshot_of(after));
  auto other = bed.connect();
  converse(other, after);
  old_backend.send(kOk);
  EXPECT_BYTES(client, kOk);
  client.send(kGet);
  EXPECT_TRUE(before.is_quiet());
  EXPECT_TRUE(old_backend.is_silent());
}

TEST(Change, ServerThatStaysKeepsItsConnections) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  auto backend = converse(client, server);
  auto snapshot = snapshot_of(server);
  snapshot.id = 2;
  bed.apply(snapshot);
  converse(client, backend);
}

TEST(Change, RouterThatGoesIsNotFoundByTheNextRequest) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  converse(client, server);
  auto snapshot = snapshot_of(server);
  snapshot.routers.clear();
  bed.apply(snapshot);
  client.send(kGet);
  EXPECT_EQ(take_reply(client).status, 404);
}

TEST(Change, RequestsInFlightAreStillCounted) {
  Server server;
  auto snapshot = snapshot_of(server);
  snapshot.middlewares["one@test"].in_flight_req.emplace().amount = 1;
  snapshot.routers.front().middlewares = {"one@test"};
  Bed bed(snapshot);
  auto client = bed.connect();
  client.send(kGet);
  auto backend = server.accept();
  take_request(backend);
  snapshot.id = 2;
  bed.apply(snapshot);
  auto other = bed.connect();
  other.send(kGet);
  EXPECT_EQ(take_reply(other).status, 429);
  backend.send(kOk);
  EXPECT_BYTES(client, kOk);
  converse(other, backend);
}

TEST(Change, RateLimitsForgiveNobody) {
  Server server;
  auto snapshot = snapshot_of(server);
  auto& limit = snapshot.middlewares["limit@test"].rate_limit.emplace();
  limit.average = 1;
  limit.period = std::chrono::hours(1);
  snapshot.routers.front().middlewares = {"limit@test"};
  Bed bed(snapshot);
  auto client = bed.connect();
  converse(client, server);
  snapshot.id = 2;
  bed.apply(snapshot);
  auto other = bed.connect();
  other.send(kGet);
  EXPECT_EQ(take_reply(other).status, 429);
}

TEST(Drain, RequestUnderWayIsAnsweredAndTheConnectionClosed) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(kGet);
  auto backend = server.accept();
  EXPECT_BYTES(backend, forwarded_get());
  auto drained = drain(bed);
  EXPECT_EQ(drained.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  backend.send(kOk);
  EXPECT_BYTES(client, kOkAndClose);
  EXPECT_TRUE(client.ended());
  client.close();
  EXPECT_TRUE(is_over(drained));
}

TEST(Drain, ResponseThatHasBegunIsFinished) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(kGet);
  auto backend = server.accept();
  take_request(backend);
  const std::string begin = "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 4\r\n\r\nab";
  backend.send(begin);
  EXPECT_BYTES(client, begin);
  auto drained = drain(bed);
  backend.send("cd");
  EXPECT_BYTES(client, "cd");
  EXPECT_TRUE(client.ended());
  client.close();
  EXPECT_TRUE(is_over(drained));
}

TEST(Drain, IdleConnectionsEndAtOnce) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  converse(client, server);
  auto silent = bed.connect();  // has not said anything yet
  ASSERT_TRUE(eventually([&] { return bed.worker().open_connections() == 2; }));
  const auto begin = std::chrono::steady_clock::now();
  auto drained = drain(bed);
  EXPECT_TRUE(client.ended());
  EXPECT_TRUE(silent.ended());
  EXPECT_TRUE(is_over(drained));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(Drain, NoConnectionIsAcceptedAnyMore) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  converse(client, server);
  auto drained = drain(bed);
  EXPECT_TRUE(is_over(drained));
  EXPECT_THROW(bed.connect(), std::system_error);
}

TEST(Drain, HeadThatHasBegunIsARequest) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  auto backend = converse(client, server);
  client.send(kGet.substr(0, 10));
  EXPECT_TRUE(client.is_silent());
  auto drained = drain(bed);
  client.send(kGet.substr(10));
  EXPECT_BYTES(backend, forwarded_get());
  backend.send(kOk);
  EXPECT_BYTES(client, kOkAndClose);
  client.close();
  EXPECT_TRUE(is_over(drained));
}

TEST(Drain, WhatTakesLongerThanTheGraceIsCut) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(kGet);
  auto backend = server.accept();
  take_request(backend);
  auto drained = drain(bed, std::chrono::milliseconds(20));
  EXPECT_TRUE(is_over(drained));
  EXPECT_TRUE(backend.ended());
  EXPECT_TRUE(client.ended());
}

TEST(Drain, WorkerMayEndInTheMiddleOfEverything) {
  Server server;
  Bed bed(snapshot_of(server));
  auto waiting = bed.connect();
  waiting.send(kGet);
  auto backend = server.accept();
  take_request(backend);
  auto uploading = bed.connect();
  uploading.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\nabc");
  auto other = server.accept();
  other.take_through("abc");
  bed.stop();
  EXPECT_TRUE(backend.ended());
  EXPECT_TRUE(other.ended());
}

}  // namespace gatehouse::tests
