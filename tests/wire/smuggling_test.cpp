// Messages that two readers could take for two things: refused, the connection closed, and nothing of them reaches a
// backend. A few of each class; the parsers' own tests know them all.
#include "wire/conversation.h"

namespace gatehouse::tests {

namespace {

constexpr std::string_view kSmuggled = "GET /smuggled HTTP/1.1\r\nHost: b.test\r\n\r\n";

class Smuggling : public testing::TestWithParam<std::string> {};

}  // namespace

TEST_P(Smuggling, IsRefused) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(GetParam() + std::string(kSmuggled));
  const auto reply = take_reply(client);
  EXPECT_GE(reply.status, 400);
  EXPECT_LE(reply.status, 505);
  EXPECT_NE(reply.status, 404);
  EXPECT_EQ(reply.field("Connection"), "close");
  EXPECT_TRUE(client.ended());
  EXPECT_TRUE(server.is_quiet(std::chrono::milliseconds(0)));
}

// Who reads the Host field where the target counts (RFC 9112 3.2.2) would serve the site of the field under the name of
// the other. A field that names no site of ours harms nobody, and the target counts.
TEST(Hosts, ATargetAndAFieldOfTwoSitesAreRefused) {
  Server server;
  auto snapshot = snapshot_of(server);
  snapshot.routers.front().rule = "Host(`a.test`)";
  add_router(snapshot, "b@test", "Host(`b.test`)", snapshot.routers.front().service);
  Bed bed(snapshot);
  auto client = bed.connect();
  client.send("GET http://a.test/ HTTP/1.1\r\nHost: c.test\r\n\r\n");
  auto backend = server.accept();
  EXPECT_BYTES(backend, forwarded_get());
  backend.send(kOk);
  EXPECT_BYTES(client, kOk);
  client.send("GET http://a.test/ HTTP/1.1\r\nHost: b.test\r\n\r\n");
  EXPECT_EQ(take_reply(client).status, 400);
  EXPECT_TRUE(client.ended());
}

INSTANTIATE_TEST_SUITE_P(
    LengthAndChunks, Smuggling,
    testing::Values(
        "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\nContent-Length: 44\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 44, 0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: +5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0x5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 18446744073709551616\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.test\r\nContent-Length: \r\n\r\n"));

INSTANTIATE_TEST_SUITE_P(
    Codings, Smuggling,
    testing::Values(
        "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: \x0b"
        "chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.0\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));

INSTANTIATE_TEST_SUITE_P(
    Lines, Smuggling,
    testing::Values("POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                    "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
                    "POST / HTTP/1.1\r\nHost: a.test\r\nX: y\nContent-Length: 44\r\n\r\n",
                    "POST / HTTP/1.1\r\nHost: a.test\r\nX: y\rContent-Length: 44\r\n\r\n",
                    "GET / HTTP/1.1\nHost: a.test\n\n", "GET / HTTP/1.1\r\n Host: a.test\r\n\r\n",
                    "GET / HTTP/1.1\r\nHost: a.test\r\n: x\r\n\r\n",
                    "GET / HTTP/1.1\r\nHost: a.test\r\nno colon\r\n\r\n"));

INSTANTIATE_TEST_SUITE_P(Starts, Smuggling,
                         testing::Values("GET /x HTTP/1.1 HTTP/1.1\r\nHost: a.test\r\n\r\n",
                                         "GET  / HTTP/1.1\r\nHost: a.test\r\n\r\n", "GET /\r\n\r\n",
                                         "GET / HTTP/2.0\r\nHost: a.test\r\n\r\n",
                                         "GET /%zz HTTP/1.1\r\nHost: a.test\r\n\r\n",
                                         "GET http://u@a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n",
                                         "GET /a%00.html HTTP/1.1\r\nHost: a.test\r\n\r\n",
                                         "GET /api%2e%2e/admin HTTP/1.1\r\nHost: a.test\r\n\r\n",
                                         "POST /.well-known/acme-challenge/x HTTP/1.1\r\nHost: a.test\r\n"
                                         "Content-Length: 44\r\n\r\n",
                                         "GET /a#b HTTP/1.1\r\nHost: a.test\r\n\r\n",
                                         "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n"));

INSTANTIATE_TEST_SUITE_P(Hosts, Smuggling,
                         testing::Values("GET / HTTP/1.1\r\n\r\n",
                                         "GET / HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n",
                                         "GET / HTTP/1.1\r\nHost: a.test, b.test\r\n\r\n",
                                         "GET / HTTP/1.1\r\nHost: a.test/admin\r\n\r\n",
                                         "GET / HTTP/1.1\r\nHost: u@a.test\r\n\r\n"));

INSTANTIATE_TEST_SUITE_P(
    Chunks, Smuggling,
    testing::Values("POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n",
                    "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n",
                    "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
                    "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n2;\nxx\r\n2d\r\n0\r\n\r\n",
                    "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "10000000000000005\r\nhello\r\n0\r\n\r\n"));

// A chunk that turns out wrong when the request is on its way: the backend must not take what came for all of it.
TEST(SmugglingLater, NothingBehindABrokenChunkReachesTheBackend) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send("POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
  auto backend = server.accept();
  EXPECT_TRUE(backend.take_through("\r\n\r\n").find("chunked") != std::string::npos);
  EXPECT_BYTES(backend, "3\r\nhel\r\n");
  client.send("loXX0\r\n\r\n" + std::string(kSmuggled));
  EXPECT_EQ(take_reply(client).status, 400);
  EXPECT_TRUE(client.ended());
  const auto rest = backend.take_rest();
  EXPECT_TRUE(rest.empty() || rest == "2\r\nlo\r\n") << rest;
}

TEST(Limits, HeadsAreTakenUpToTheLimitOfTheEntryPoint) {
  Server server;
  auto snapshot = snapshot_of(server);
  snapshot.entry_points["web"].http.max_header_bytes = 1000;
  Bed bed(snapshot);
  const auto request_of = [](std::size_t bytes) {
    std::string text = "GET / HTTP/1.1\r\nHost: a.test\r\nX: ";
    return text + std::string(bytes - text.size() - 4, 'x') + "\r\n\r\n";
  };
  auto client = bed.connect();
  client.send(request_of(1000));
  auto backend = server.accept();
  take_request(backend);
  backend.send(kOk);
  EXPECT_BYTES(client, kOk);
  client.send(request_of(1001));
  EXPECT_EQ(take_reply(client).status, 431);
  EXPECT_TRUE(client.ended());
}

}  // namespace gatehouse::tests
