// Content of messages, both ways: lengths, chunks, trailers, 100 Continue, and responses that have none.
#include "wire/conversation.h"

namespace gatehouse::tests {

namespace {

constexpr std::string_view kPostChunked = "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string forwarded_post(std::string_view framing) {
  return "POST / HTTP/1.1\r\nHost: a.test\r\n" + forwarded_fields() + std::string(framing) + "\r\n\r\n";
}

}  // namespace

TEST(Content, ContentOfALengthGoesOnAsItComes) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 6\r\n\r\nab");
  auto backend = server.accept();
  EXPECT_BYTES(backend, forwarded_post("Content-Length: 6") + "ab");
  client.send("cd");
  EXPECT_BYTES(backend, "cd");
  client.send("ef");
  EXPECT_BYTES(backend, "ef");
  backend.send(kOk);
  EXPECT_BYTES(client, kOk);
  converse(client, backend);
}

TEST(Content, ChunksGoOnAsTheyCome) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(kPostChunked);
  auto backend = server.accept();
  EXPECT_BYTES(backend, forwarded_post("Transfer-Encoding: chunked"));
  client.send("3;name=value\r\nabc\r\n");
  EXPECT_BYTES(backend, "3\r\nabc\r\n");
  client.send("0000a\r\n01234");
  EXPECT_BYTES(backend, "5\r\n01234\r\n");
  client.send("56789\r\n0\r\n\r\n");
  EXPECT_BYTES(backend, "5\r\n56789\r\n0\r\n\r\n");
  backend.send(kOk);
  EXPECT_BYTES(client, kOk);
  converse(client, backend);
}

TEST(Content, ChunksThatAreAllHereGoOnWithALength) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(std::string(kPostChunked) + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  auto backend = server.accept();
  EXPECT_BYTES(backend, forwarded_post("Content-Length: 5") + "abcde");
  backend.send(kOk);
  EXPECT_BYTES(client, kOk);
  converse(client, backend);
}

TEST(Content, TrailersGoOnBothWays) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(std::string(kPostChunked) + "1\r\na\r\n0\r\nX-Sum: 1\r\nContent-Length: 7\r\nX-Forwarded-For: x\r\n\r\n");
  auto backend = server.accept();
  EXPECT_BYTES(backend, forwarded_post("Transfer-Encoding: chunked") + "1\r\na\r\n0\r\nX-Sum: 1\r\n\r\n");
  backend.send("HTTP/1.1 200 OK\r\nDate: now\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n");
  backend.send("1\r\nb\r\n0\r\nX-Sum: 2\r\nSet-Cookie: a=b\r\n\r\n");
  const auto reply = client.take_through("\r\n\r\n");
  EXPECT_TRUE(reply.find("Transfer-Encoding: chunked\r\n") != std::string::npos) << reply;
  EXPECT_BYTES(client, "1\r\nb\r\n0\r\nX-Sum: 2\r\n\r\n");
  converse(client, backend);
}

TEST(Content, ResponseInChunksGoesOnAsItComes) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(kGet);
  auto backend = server.accept();
  take_request(backend);
  backend.send("HTTP/1.1 200 OK\r\nDate: now\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_BYTES(client, "HTTP/1.1 200 OK\r\nDate: now\r\nTransfer-Encoding: chunked\r\n\r\n");
  backend.send("3\r\nabc\r\n");
  EXPECT_BYTES(client, "3\r\nabc\r\n");
  backend.send("0\r\n\r\n");
  EXPECT_BYTES(client, "0\r\n\r\n");
  converse(client, backend);
}

TEST(Content, ResponseThatEndsWithItsConnectionIsGivenChunks) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(kGet);
  auto backend = server.accept();
  take_request(backend);
  backend.send("HTTP/1.0 200 OK\r\nDate: now\r\n\r\n");
  EXPECT_BYTES(client, "HTTP/1.1 200 OK\r\nDate: now\r\nTransfer-Encoding: chunked\r\n\r\n");
  backend.send("abc");
  EXPECT_BYTES(client, "3\r\nabc\r\n");
  backend.close();
  EXPECT_BYTES(client, "0\r\n\r\n");
  converse(client, server);
}

TEST(Content, ClientOfHttp10GetsNoChunksButTheEndOfItsConnection) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send("GET / HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\n");
  auto backend = server.accept();
  take_request(backend);
  backend.send("HTTP/1.1 200 OK\r\nDate: now\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  EXPECT_BYTES(client, "HTTP/1.1 200 OK\r\nDate: now\r\nConnection: close\r\n\r\nabcde");
  EXPECT_TRUE(client.ended());
}

TEST(Content, ClientOfHttp10GetsNoInterimResponses) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send("GET / HTTP/1.0\r\nHost: a.test\r\n\r\n");
  auto backend = server.accept();
  take_request(backend);
  backend.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + std::string(kOk));
  EXPECT_BYTES(client, "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
}

TEST(Content, InterimResponsesGoOnBut100IsTheEdgesOwnBusiness) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(kGet);
  auto backend = server.accept();
  take_request(backend);
  backend.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nConnection: x\r\n\r\n");
  EXPECT_BYTES(client, "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
  backend.send(kOk);
  EXPECT_BYTES(client, kOk);
  converse(client, backend);
}

TEST(Content, HeadHasNoContentWhateverItDeclares) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send("HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n");
  auto backend = server.accept();
  EXPECT_BYTES(backend, "HEAD / HTTP/1.1\r\nHost: a.test\r\n" + forwarded_fields() + "\r\n");
  constexpr std::string_view kLong = "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 1000000\r\n\r\n";
  backend.send(kLong);
  EXPECT_BYTES(client, kLong);
  client.send("HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n");
  take_request(backend);
  backend.send("HTTP/1.1 200 OK\r\nDate: now\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_TRUE(client.take_through("\r\n\r\n").starts_with("HTTP/1.1 200 OK\r\nDate: now\r\n"));
  converse(client, backend);
}

TEST(Content, NoContentAndNotModifiedHaveNone) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  auto backend = converse(client, server);
  for (const std::string response :
       {"HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nDate: now\r\nETag: \"a\"\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nDate: now\r\nContent-Length: 5\r\n\r\n"}) {
    client.send(kGet);
    take_request(backend);
    backend.send(response);
    EXPECT_BYTES(client, response);
  }
  client.send(kGet);
  take_request(backend);
  backend.send("HTTP/1.1 204 No Content\r\nDate: now\r\nContent-Length: 0\r\n\r\n");
  EXPECT_BYTES(client, "HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n");
  converse(client, backend);
}

TEST(Content, ContentThatIsExpectedIsAskedForWhenItIsWanted) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send("POST / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_BYTES(client, "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc");
  auto backend = server.accept();
  EXPECT_BYTES(backend, forwarded_post("Content-Length: 3") + "abc");
  backend.send(kOk);
  EXPECT_BYTES(client, kOk);
  converse(client, backend);
}

TEST(Content, ContentThatCameWithItsExpectationIsNotAskedFor) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send("POST / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc");
  auto backend = server.accept();
  EXPECT_BYTES(backend, forwarded_post("Content-Length: 3") + "abc");
  backend.send(kOk);
  EXPECT_BYTES(client, kOk);
}

// The client may send its content or not: what follows could be either.
TEST(Content, RefusalOfContentThatWasNotAskedForClosesTheConnection) {
  Server server;
  auto snapshot = snapshot_of(server);
  snapshot.routers.clear();
  Bed bed(snapshot);
  auto client = bed.connect();
  client.send("POST / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  const auto reply = take_reply(client);
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.field("Connection"), "close");
  EXPECT_TRUE(client.ended());
}

TEST(Content, UnknownExpectationsAreRefused) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send("POST / HTTP/1.1\r\nHost: a.test\r\nExpect: the-best\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_EQ(take_reply(client).status, 417);
  EXPECT_TRUE(client.ended());
}

TEST(Content, ShortContentThatNobodyReadsIsPassedOver) {
  Server server;
  auto snapshot = snapshot_of(server);
  snapshot.routers[0].rule = "PathPrefix(`/app`)";
  Bed bed(snapshot);
  auto client = bed.connect();
  client.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\n\r\nab");
  EXPECT_EQ(take_reply(client).status, 404);
  client.send("cGET /app HTTP/1.1\r\nHost: a.test\r\n\r\n");
  auto backend = server.accept();
  EXPECT_TRUE(take_request(backend).starts_with("GET /app "));
}

TEST(Content, LongContentThatNobodyReadsEndsTheConnection) {
  Server server;
  auto snapshot = snapshot_of(server);
  snapshot.routers.clear();
  Bed bed(snapshot);
  auto client = bed.connect();
  client.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10000000\r\n\r\n" + std::string(100'000, 'x'));
  const auto reply = take_reply(client);
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.field("Connection"), "close");
  EXPECT_TRUE(client.ended());
}

TEST(Content, ResponseMayComeWhileTheContentIsStillOnItsWay) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(kPostChunked);
  auto backend = server.accept();
  EXPECT_BYTES(backend, forwarded_post("Transfer-Encoding: chunked"));
  client.send("1\r\na\r\n");
  EXPECT_BYTES(backend, "1\r\na\r\n");
  backend.send("HTTP/1.1 200 OK\r\nDate: now\r\nTransfer-Encoding: chunked\r\n\r\n");
  const auto head = client.take_through("\r\n\r\n");
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n")) << head;
  for (const std::string chunk : {"1\r\nb\r\n", "1\r\nc\r\n"}) {  // as a conversation in one exchange
    client.send(chunk);
    EXPECT_BYTES(backend, chunk);
    backend.send(chunk);
    EXPECT_BYTES(client, chunk);
  }
  backend.send("0\r\n\r\n");
  EXPECT_BYTES(client, "0\r\n\r\n");
}

TEST(Content, RefusalInTheMiddleOfAnUploadReachesTheClient) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100000000\r\n\r\n" + std::string(1000, 'x'));
  auto backend = server.accept();
  backend.take_through("\r\n\r\n");
  backend.take(1000);
  backend.send("HTTP/1.1 413 Content Too Large\r\nDate: now\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
  backend.close();
  EXPECT_BYTES(client,
               "HTTP/1.1 413 Content Too Large\r\nDate: now\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
  EXPECT_TRUE(client.ended());
}

TEST(Content, RefusalByABackendThatResetsReachesTheClientToo) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100000000\r\n\r\n" + std::string(100'000, 'x'));
  auto backend = server.accept();
  backend.take_through("\r\n\r\n");
  backend.send("HTTP/1.1 413 Content Too Large\r\nDate: now\r\nContent-Length: 2\r\n\r\nno");
  const auto reply = take_reply(client);
  EXPECT_EQ(reply.status, 413);
  EXPECT_EQ(reply.content, "no");
  EXPECT_EQ(reply.field("Connection"), "close");
  backend.close();  // with the content unread: a reset
  EXPECT_TRUE(client.ended());
}

TEST(Content, ClientThatBreaksOffInItsContentLeavesNoHalfOfItBehind) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\nabc");
  auto backend = server.accept();
  EXPECT_BYTES(backend, forwarded_post("Content-Length: 10") + "abc");
  client.close();
  EXPECT_TRUE(backend.ended());
}

TEST(Content, ChunksThatBreakTheRulesAreTheClientsFault) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(kPostChunked);
  auto backend = server.accept();
  EXPECT_BYTES(backend, forwarded_post("Transfer-Encoding: chunked"));
  client.send("3\r\nabc\r\n");
  EXPECT_BYTES(backend, "3\r\nabc\r\n");
  client.send("zz\r\n");
  EXPECT_EQ(take_reply(client).status, 400);
  EXPECT_TRUE(client.ended());
  EXPECT_TRUE(backend.ended());
}

TEST(Content, ContentThatStandsStillIsGivenUp) {
  Server server;
  auto snapshot = snapshot_of(server);
  snapshot.entry_points["web"].transport.responding_timeouts.read_timeout = std::chrono::milliseconds(20);
  Bed bed(snapshot);
  auto client = bed.connect();
  client.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\nabc");
  auto backend = server.accept();
  EXPECT_BYTES(backend, forwarded_post("Content-Length: 10") + "abc");
  EXPECT_EQ(take_reply(client).status, 408);
  EXPECT_TRUE(client.ended());
  EXPECT_TRUE(backend.ended());
}

}  // namespace gatehouse::tests
