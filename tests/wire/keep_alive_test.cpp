// Connections that carry one request after the other, on both sides.
#include "wire/conversation.h"

namespace gatehouse::tests {

TEST(KeepAlive, RequestsFollowEachOtherOverOneConnectionOnBothSides) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  auto backend = converse(client, server);
  converse(client, backend);
  converse(client, backend);
  EXPECT_TRUE(server.is_quiet());
}

TEST(KeepAlive, PipelinedRequestsAreAnsweredInOrder) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send("GET /1 HTTP/1.1\r\nHost: a.test\r\n\r\nGET /2 HTTP/1.1\r\nHost: a.test\r\n\r\n");
  auto backend = server.accept();
  EXPECT_BYTES(backend, "GET /1 HTTP/1.1\r\nHost: a.test\r\n" + forwarded_fields() + "\r\n");
  EXPECT_TRUE(backend.is_silent());  // the second is not sent before the first is answered
  backend.send("HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 1\r\n\r\n1");
  EXPECT_BYTES(backend, "GET /2 HTTP/1.1\r\nHost: a.test\r\n" + forwarded_fields() + "\r\n");
  backend.send("HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 1\r\n\r\n2");
  EXPECT_BYTES(client,
               "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 1\r\n\r\n1"
               "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 1\r\n\r\n2");
}

TEST(KeepAlive, ContentInFrontOfAPipelinedRequestEndsWhereItShould) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send("POST /1 HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\n\r\nabc");
  client.send("POST /2 HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ndef\r\n0\r\n\r\n");
  client.send("GET /3 HTTP/1.1\r\nHost: a.test\r\n\r\n");
  auto backend = server.accept();
  for (const auto* end : {"abc", "def", "\r\n\r\n"}) {
    EXPECT_TRUE(take_request(backend).ends_with(end));
    backend.send(kOk);
    EXPECT_BYTES(client, kOk);
  }
}

TEST(KeepAlive, OneByteAtATimeIsNoDifference) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  for (const char byte : kGet) client.send({&byte, 1});
  auto backend = server.accept();
  EXPECT_BYTES(backend, forwarded_get());
  for (const char byte : kOk) backend.send({&byte, 1});
  EXPECT_BYTES(client, kOk);
}

TEST(KeepAlive, ClientThatAsksToCloseIsClosedAndTheBackendIsKept) {
  Server server;
  Bed bed(snapshot_of(server));
  auto first = bed.connect();
  first.send("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
  auto backend = server.accept();
  EXPECT_BYTES(backend, forwarded_get());
  backend.send(kOk);
  EXPECT_BYTES(first, "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
  EXPECT_TRUE(first.ended());
  auto second = bed.connect();
  converse(second, backend);
}

TEST(KeepAlive, BackendThatClosesIsNoReasonToCloseTheClient) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(kGet);
  auto first = server.accept();
  EXPECT_BYTES(first, forwarded_get());
  first.send("HTTP/1.1 200 OK\r\nDate: now\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_BYTES(client, kOk);
  EXPECT_TRUE(first.ended());
  converse(client, server);
}

TEST(KeepAlive, BackendOfHttp10IsClosedUnlessItKeepsAlive) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(kGet);
  auto closing = server.accept();
  EXPECT_BYTES(closing, forwarded_get());
  closing.send("HTTP/1.0 200 OK\r\nDate: now\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_BYTES(client, kOk);
  EXPECT_TRUE(closing.ended());
  client.send(kGet);
  auto keeping = server.accept();
  EXPECT_BYTES(keeping, forwarded_get());
  keeping.send("HTTP/1.0 200 OK\r\nDate: now\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_BYTES(client, kOk);
  converse(client, keeping);
}

TEST(KeepAlive, ClientOfHttp10IsClosedUnlessItKeepsAlive) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send("GET / HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\n");
  auto backend = server.accept();
  EXPECT_BYTES(backend, forwarded_get());
  backend.send(kOk);
  EXPECT_BYTES(client, "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok");
  client.send("GET / HTTP/1.0\r\nHost: a.test\r\n\r\n");
  EXPECT_BYTES(backend, forwarded_get());
  backend.send(kOk);
  EXPECT_BYTES(client, "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
  EXPECT_TRUE(client.ended());
}

TEST(KeepAlive, IdleClientIsClosedAfterTheIdleTimeout) {
  Server server;
  auto snapshot = snapshot_of(server);
  snapshot.entry_points["web"].transport.responding_timeouts.idle_timeout = std::chrono::milliseconds(20);
  Bed bed(snapshot);
  auto client = bed.connect();
  converse(client, server);
  EXPECT_TRUE(client.ended());
}

TEST(KeepAlive, AnIdleTimeoutOfNothingIsNoLimit) {
  Server server;
  auto snapshot = snapshot_of(server);
  snapshot.entry_points["web"].transport.responding_timeouts.idle_timeout = {};
  Bed bed(snapshot);
  auto client = bed.connect();
  auto backend = converse(client, server);
  EXPECT_TRUE(client.is_silent());
  converse(client, backend);
}

TEST(KeepAlive, NoIdleConnectionIsKeptWhereNoneMayBe) {
  Server server;
  auto snapshot = snapshot_of(server);
  snapshot.servers_transports["default@internal"].max_idle_conns_per_host = -1;
  Bed bed(snapshot);
  auto client = bed.connect();
  auto first = converse(client, server);
  EXPECT_TRUE(first.ended());
  converse(client, server);
}

TEST(KeepAlive, OfMoreIdleConnectionsThanMayBeTheOldestIsClosed) {
  Server server;
  auto snapshot = snapshot_of(server);
  snapshot.servers_transports["default@internal"].max_idle_conns_per_host = 1;
  Bed bed(snapshot);
  auto first = bed.connect();
  auto second = bed.connect();
  first.send(kGet);
  auto older = server.accept();
  EXPECT_BYTES(older, forwarded_get());
  second.send(kGet);
  auto newer = server.accept();
  EXPECT_BYTES(newer, forwarded_get());
  older.send(kOk);
  EXPECT_BYTES(first, kOk);
  newer.send(kOk);
  EXPECT_BYTES(second, kOk);
  EXPECT_TRUE(older.ended());
  converse(first, newer);
}

TEST(KeepAlive, HalfClosedClientGetsItsAnswers) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send("GET /1 HTTP/1.1\r\nHost: a.test\r\n\r\nGET /2 HTTP/1.1\r\nHost: a.test\r\n\r\n");
  client.end_writing();
  auto backend = server.accept();
  take_request(backend);
  backend.send(kOk);
  EXPECT_BYTES(client, kOk);
  take_request(backend);
  backend.send(kOk);
  EXPECT_BYTES(client, kOk);
  EXPECT_TRUE(client.ended());
}

TEST(KeepAlive, ClientThatGoesAwayBetweenRequestsIsForgotten) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  auto backend = converse(client, server);
  client.close();
  auto next = bed.connect();
  converse(next, backend);
}

}  // namespace gatehouse::tests
