// Backends that are not there, break off, are late, or talk nonsense.
#include "wire/conversation.h"

namespace gatehouse::tests {

namespace {

// The client's connection serves on after an answer of the edge's own.
void expect_answer(Peer& client, int status, std::string_view content) {
  const auto reply = take_reply(client);
  EXPECT_EQ(reply.status, status) << reply.head;
  EXPECT_EQ(reply.content, content);
}

}  // namespace

TEST(Failure, NobodyListens) {
  Server server;
  Bed bed(snapshot_of(server));
  server.close();
  auto client = bed.connect();
  for (int i = 0; i < 2; ++i) {  // on the same connection: it is not the client's fault
    client.send(kGet);
    expect_answer(client, 502, "Bad Gateway");
  }
}

TEST(Failure, ServiceHasNoServer) {
  Bed bed(snapshot_of(std::vector<std::string>{}));
  auto client = bed.connect();
  client.send(kGet);
  expect_answer(client, 503, "no available server\n");
}

TEST(Failure, NoRouterMatches) {
  Server server;
  auto snapshot = snapshot_of(server);
  snapshot.routers[0].rule = "Host(`b.test`)";
  Bed bed(snapshot);
  auto client = bed.connect();
  client.send(kGet);
  const auto reply = take_reply(client);
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.content, "404 page not found\n");
  EXPECT_EQ(reply.field("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(reply.field("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(reply.field("Connection"), "");
}

TEST(Failure, BackendClosesWithoutAnAnswer) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(kGet);
  {
    auto backend = server.accept();
    take_request(backend);
  }
  expect_answer(client, 502, "Bad Gateway");
  EXPECT_TRUE(server.is_quiet());  // a new connection that broke is not tried again
}

TEST(Failure, BackendResets) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(kGet);
  auto backend = server.accept();
  take_request(backend);
  backend.reset();
  expect_answer(client, 502, "Bad Gateway");
}

TEST(Failure, BackendTakesTooLongToAnswer) {
  Server server;
  auto snapshot = snapshot_of(server);
  snapshot.servers_transports["default@internal"].forwarding_timeouts.response_header_timeout =
      std::chrono::milliseconds(20);
  Bed bed(snapshot);
  auto client = bed.connect();
  client.send(kGet);
  auto backend = server.accept();
  take_request(backend);
  expect_answer(client, 504, "Gateway Timeout");
  EXPECT_TRUE(backend.ended());
}

TEST(Failure, BackendThatBreaksOffInItsContentResetsTheClient) {
  Server server;
  Bed bed(snapshot_of(server));
  for (const std::string head : {"HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 10\r\n\r\n12345",
                                 "HTTP/1.1 200 OK\r\nDate: now\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n"}) {
    auto client = bed.connect();
    client.send(kGet);
    auto backend = server.accept();
    take_request(backend);
    backend.send(head);
    EXPECT_BYTES(client, head);
    backend.close();
    EXPECT_TRUE(client.was_reset());
  }
}

TEST(Failure, KeptConnectionThatWasClosedMeanwhileIsNotUsed) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  converse(client, server).close();
  client.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1\r\n\r\nx");
  auto backend = server.accept();
  EXPECT_TRUE(take_request(backend).ends_with("\r\n\r\nx"));
}

// The backend closes when the request is on its way already: only then the edge has to ask again.
TEST(Failure, RequestWithoutEffectsIsSentAgainOverANewConnection) {
  Server server;
  Bed bed(snapshot_of(server));
  for (const std::string method : {"GET", "DELETE"}) {
    auto client = bed.connect();
    auto kept = converse(client, server);
    client.send(method + " /again HTTP/1.1\r\nHost: a.test\r\n\r\n");
    take_request(kept);
    kept.close();
    auto backend = server.accept();
    EXPECT_BYTES(backend, method + " /again HTTP/1.1\r\nHost: a.test\r\n" + forwarded_fields() + "\r\n");
    backend.send("HTTP/1.1 200 OK\r\nDate: now\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
    EXPECT_BYTES(client, kOk);
  }
}

TEST(Failure, RequestWithEffectsIsNotSentAgain) {
  Server server;
  Bed bed(snapshot_of(server));
  for (const std::string request :
       {"POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1\r\n\r\nx", "BREW / HTTP/1.1\r\nHost: a.test\r\n\r\n"}) {
    auto client = bed.connect();
    auto kept = converse(client, server);
    client.send(request);
    take_request(kept);
    kept.close();
    expect_answer(client, 502, "Bad Gateway");
    EXPECT_TRUE(server.is_quiet());
  }
}

TEST(Failure, AnswerThatHadBegunIsNotAskedForAgain) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  auto kept = converse(client, server);
  client.send(kGet);
  take_request(kept);
  kept.send("HTTP/1.1 200");
  EXPECT_TRUE(client.is_silent());
  kept.close();
  expect_answer(client, 502, "Bad Gateway");
  EXPECT_TRUE(server.is_quiet());
}

// Each would be read in two ways, or is no HTTP at all.
TEST(Failure, ResponsesThatBreakTheRulesAreNotPassedOn) {
  Server server;
  Bed bed(snapshot_of(server));
  for (const std::string response :
       {"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
        "HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nX: a\r\n folded\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 099 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nframes"}) {
    auto client = bed.connect();
    client.send(kGet);
    auto backend = server.accept();
    take_request(backend);
    backend.send(response);
    expect_answer(client, 502, "Bad Gateway");
    EXPECT_TRUE(backend.ended() || backend.was_reset());
  }
}

TEST(Failure, GiantHeadOfAResponseIsCutOff) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(kGet);
  auto backend = server.accept();
  take_request(backend);
  backend.send("HTTP/1.1 200 OK\r\n");
  const std::string line = "X: " + std::string(1000, 'x') + "\r\n";
  try {
    for (int i = 0; i < 10'000; ++i) backend.send(line);
    ADD_FAILURE() << "all of it was taken";
  } catch (const std::exception&) {
    expect_answer(client, 502, "Bad Gateway");
  }
}

TEST(Failure, FloodOfInterimResponsesIsCutOff) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(kGet);
  auto backend = server.accept();
  take_request(backend);
  std::string flood;
  for (int i = 0; i < 9; ++i) flood += "HTTP/1.1 100 Continue\r\n\r\n";
  backend.send(flood);
  expect_answer(client, 502, "Bad Gateway");
}

// A backend that is led to send more than it declared would put an answer of somebody's choice into the next exchange.
TEST(Failure, BytesBehindAResponseNeverReachTheNextRequest) {
  Server server;
  Bed bed(snapshot_of(server));
  const std::string surplus = "HTTP/1.1 200 OK\r\nDate: evil\r\nContent-Length: 4\r\n\r\nevil";
  for (const auto response :
       {kOk, std::string_view("HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n"),
        std::string_view("HTTP/1.1 200 OK\r\nDate: now\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")}) {
    auto client = bed.connect();
    client.send(kGet);
    auto backend = server.accept();
    take_request(backend);
    backend.send(std::string(response) + surplus);
    take_reply(client);
    client.send(kGet);
    auto next = server.accept();
    take_request(next);
    next.send("HTTP/1.1 200 OK\r\nDate: now\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
    EXPECT_BYTES(client, kOk);
  }
}

TEST(Failure, BytesThatComeLaterNeverReachTheNextRequestEither) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  auto kept = converse(client, server);
  kept.send("HTTP/1.1 200 OK\r\nDate: evil\r\nContent-Length: 4\r\n\r\nevil");
  client.send(kGet);
  auto next = server.accept();
  take_request(next);
  next.send(kOk);
  EXPECT_BYTES(client, kOk);
}

TEST(Failure, ServerInANetworkWhereNobodyIsIsNotWaitedForLongerThanAllowed) {
  auto snapshot = snapshot_of({"http://192.0.2.1:80"});  // RFC 5737: nobody's
  snapshot.servers_transports["default@internal"].forwarding_timeouts.dial_timeout = std::chrono::milliseconds(20);
  Bed bed(snapshot);
  auto client = bed.connect();
  client.send(kGet);
  const auto status = take_reply(client).status;
  EXPECT_TRUE(status == 504 || status == 502) << status;  // 502 where the machine knows at once that there is no way
}

}  // namespace gatehouse::tests
