// HTTP/2 from clients, HTTP/1.1 to backends.
#include "wire/answering.h"
#include "wire/conversation.h"
#include "wire/h2_client.h"

namespace gatehouse::tests {

namespace {

constexpr std::uint32_t kNoError = 0x0;
constexpr std::uint32_t kProtocolError = 0x1;
constexpr std::uint32_t kInternalError = 0x2;
constexpr std::uint32_t kRefusedStream = 0x7;
constexpr std::uint32_t kCancel = 0x8;
constexpr std::uint32_t kEnhanceYourCalm = 0xb;

// With an empty SETTINGS frame.
constexpr std::string_view kPreface("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);

// A POST whose content is still to come.
H2Fields post(H2Fields more = {}) {
  auto lines = h2_get();
  lines[0].second = "POST";
  lines.insert(lines.end(), more.begin(), more.end());
  return lines;
}

std::string forwarded_post(std::string_view framing) {
  return "POST / HTTP/1.1\r\nHost: a.test\r\n" + forwarded_fields() + std::string(framing) + "\r\n";
}

struct Scene {
  explicit Scene(H2Client::Options options = {}) : bed(snapshot_of(server)), client(bed.connect(), options) {}

  Server server;
  Bed bed;
  H2Client client;
};

}  // namespace

TEST(H2, RequestAndResponseAreTheSameAsOverHttp1) {
  Scene scene;
  const auto id = scene.client.get();
  auto backend = scene.server.accept();
  EXPECT_BYTES(backend, forwarded_get());
  backend.send(
      "HTTP/1.1 200 OK\r\nDate: now\r\nX-Mixed-Case: Yes\r\nConnection: keep-alive, x-gone\r\nX-Gone: 1\r\n"
      "Content-Length: 2\r\n\r\nok");
  const auto reply = scene.client.take(id);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.fields, (H2Fields{{"date", "now"}, {"x-mixed-case", "Yes"}, {"content-length", "2"}}));
  EXPECT_EQ(reply.content, "ok");
  EXPECT_TRUE(reply.ended);
}

TEST(H2, BackendsConnectionIsKept) {
  Scene scene;
  auto id = scene.client.get();
  auto backend = scene.server.accept();
  for (int i = 0; i < 3; ++i) {
    EXPECT_BYTES(backend, forwarded_get());
    backend.send(kOk);
    EXPECT_EQ(scene.client.take(id).content, "ok");
    if (i < 2) id = scene.client.get();
  }
}

TEST(H2, PrefaceMayComeByteByByte) {
  Server server;
  Bed bed(snapshot_of(server));
  auto peer = bed.connect();
  for (const char c : kPreface) peer.send(std::string_view(&c, 1));
  const auto settings = peer.take(9);
  EXPECT_EQ(settings[3], 4);  // its SETTINGS come first
}

TEST(H2, WhatOnlyBeginsAsThePrefaceDoesIsHttp1) {
  Server server;
  Bed bed(snapshot_of(server));
  auto peer = bed.connect();
  peer.send("PR");
  peer.send("OPFIND / HTTP/1.1\r\nHost: a.test\r\n\r\n");
  auto backend = server.accept();
  EXPECT_BYTES(backend, "PROPFIND / HTTP/1.1\r\nHost: a.test\r\n");
}

TEST(H2, RequestsAreAnsweredInAnyOrder) {
  Scene scene;
  const auto first = scene.client.get("/1");
  auto backend_1 = scene.server.accept();
  take_request(backend_1);
  const auto second = scene.client.get("/2");
  auto backend_2 = scene.server.accept();
  take_request(backend_2);
  backend_2.send(reply_with(200, "two"));
  EXPECT_EQ(scene.client.take(second).content, "two");
  EXPECT_FALSE(scene.client.reply(first).ended);
  backend_1.send(reply_with(200, "one"));
  EXPECT_EQ(scene.client.take(first).content, "one");
}

TEST(H2, ContentThatHasEndedHasALength) {
  Scene scene;
  const auto id = scene.client.request(post({{"content-length", "5"}}), false);
  scene.client.send(id, "hello", true);
  auto backend = scene.server.accept();
  EXPECT_BYTES(backend, forwarded_post("Content-Length: 5\r\n") + "hello");
  backend.send(kOk);
  EXPECT_EQ(scene.client.take(id).content, "ok");
}

TEST(H2, ContentOfUnknownLengthIsChunked) {
  Scene scene;
  const auto id = scene.client.request(post({{"te", "trailers"}}), false);
  auto backend = scene.server.accept();
  EXPECT_BYTES(backend, forwarded_post("Transfer-Encoding: chunked\r\n"));
  scene.client.send(id, "hello", false);
  EXPECT_BYTES(backend, "5\r\nhello\r\n");
  scene.client.send_trailers(id, {{"x-sum", "42"}});
  EXPECT_BYTES(backend, "0\r\nx-sum: 42\r\n\r\n");
  backend.send(kOk);
  EXPECT_EQ(scene.client.take(id).content, "ok");
}

TEST(H2, TrailersOfTheResponseFollow) {
  Scene scene;
  const auto id = scene.client.get();
  auto backend = scene.server.accept();
  take_request(backend);
  backend.send(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Grpc-Status\r\n\r\n"
      "2\r\nok\r\n0\r\nGrpc-Status: 0\r\n\r\n");
  const auto reply = scene.client.take(id);
  EXPECT_EQ(reply.content, "ok");
  EXPECT_EQ(reply.trailers, (H2Fields{{"grpc-status", "0"}}));
  EXPECT_EQ(reply.field("content-length"), "");
}

TEST(H2, ResponsesWithoutContent) {
  Scene scene;
  auto lines = h2_get();
  lines[0].second = "HEAD";
  auto id = scene.client.request(lines);
  auto backend = scene.server.accept();
  take_request(backend);
  backend.send("HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 1000\r\n\r\n");
  auto reply = scene.client.take(id);
  EXPECT_EQ(reply.field("content-length"), "1000");
  EXPECT_TRUE(reply.ended);
  for (const std::string_view status : {"204 No Content", "304 Not Modified"}) {
    id = scene.client.get();
    take_request(backend);
    backend.send("HTTP/1.1 " + std::string(status) + "\r\nDate: now\r\n\r\n");
    reply = scene.client.take(id);
    EXPECT_EQ(reply.fields, (H2Fields{{"date", "now"}})) << status;
    EXPECT_TRUE(reply.ended);
  }
}

TEST(H2, InterimResponsesGoThrough) {
  Scene scene;
  const auto id = scene.client.get();
  auto backend = scene.server.accept();
  take_request(backend);
  backend.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + std::string(kOk));
  const auto reply = scene.client.take(id);
  EXPECT_EQ(reply.interim, std::vector{103});
  EXPECT_EQ(reply.status, 200);
}

TEST(H2, ClientThatWaitsIsToldToContinue) {
  Scene scene;
  const auto id = scene.client.request(post({{"expect", "100-continue"}, {"content-length", "2"}}), false);
  auto backend = scene.server.accept();
  EXPECT_BYTES(backend, forwarded_post("Content-Length: 2\r\n"));
  EXPECT_TRUE(scene.client.until([&] { return !scene.client.reply(id).interim.empty(); }));
  scene.client.send(id, "hi", true);
  EXPECT_BYTES(backend, "hi");
  backend.send(kOk);
  EXPECT_EQ(scene.client.take(id).status, 200);
}

TEST(H2, CookieCrumbsAreOneField) {
  Scene scene;
  auto lines = h2_get();
  lines.insert(lines.end(), {{"cookie", "a=1"}, {"x-a", "1"}, {"cookie", "b=2"}});
  scene.client.request(lines);
  auto backend = scene.server.accept();
  EXPECT_NE(take_request(backend).find("ookie: a=1; b=2\r\n"), std::string::npos);
}

// RFC 9113 sections 8.2 and 8.3: each of them is malformed, and no backend hears of it.
TEST(H2, MalformedHeadsEndTheirStream) {
  Scene scene;
  const auto with = [](std::size_t line, std::string name, std::string value) {
    auto lines = h2_get();
    lines[line] = {std::move(name), std::move(value)};
    return lines;
  };
  const auto plus = [](std::string name, std::string value) {
    auto lines = h2_get();
    lines.emplace_back(std::move(name), std::move(value));
    return lines;
  };
  const auto without = [](std::size_t line) {
    auto lines = h2_get();
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(line));
    return lines;
  };
  const std::vector<H2Fields> malformed = {
      plus("X-Upper", "1"),
      plus("connection", "close"),
      plus("transfer-encoding", "chunked"),
      plus("keep-alive", "1"),
      plus("proxy-connection", "close"),
      plus("upgrade", "websocket"),
      plus("te", "gzip"),
      plus("te", "trailers, chunked"),
      plus("x-a", "1\r\nx-b: 2"),
      plus("x-a", "1\nx-b: 2"),
      plus("x-a", std::string("1\0", 2)),
      plus("x-a", " 1"),
      plus("x-a", "1\t"),
      plus("x a", "1"),
      plus("x:a", "1"),
      plus("x\r\ny", "1"),
      plus("", "1"),
      plus(":path", "/other"),
      plus(":unknown", "1"),
      plus("host", "b.test"),
      plus("content-length", "5"),
      plus("content-length", "0, 0"),
      plus("content-length", "-1"),
      {{":method", "GET"}, {":scheme", "http"}, {"x-a", "1"}, {":authority", "a.test"}, {":path", "/"}},
      without(0),
      without(1),
      without(2),
      without(3),
      with(0, ":method", "GE T"),
      with(0, ":method", "GET / HTTP/1.1\r\nHost: b.test\r\n\r\nGET"),
      with(0, ":method", "CONNECT"),
      with(1, ":scheme", "gopher"),
      with(1, ":scheme", "http://b.test/"),
      with(2, ":authority", "a.test\r\nX: 1"),
      with(2, ":authority", ""),
      with(3, ":path", ""),
      with(3, ":path", "path"),
      with(3, ":path", "http://b.test/"),
      with(3, ":path", "*"),
      with(3, ":path", "/ HTTP/1.1\r\nHost: b.test"),
      with(3, ":path", "/a b"),
  };
  for (const auto& lines : malformed) {
    SCOPED_TRACE(lines.back().first + ": " + lines.back().second);
    const auto id = scene.client.request(lines);
    const auto reply = scene.client.take(id);
    EXPECT_TRUE(reply.closed == kProtocolError || reply.status == 400) << reply.status;
  }
  EXPECT_TRUE(scene.server.is_quiet());
  const auto id = scene.client.get();  // the connection has not suffered
  auto backend = scene.server.accept();
  EXPECT_BYTES(backend, forwarded_get());
  backend.send(kOk);
  EXPECT_EQ(scene.client.take(id).status, 200);
}

TEST(H2, ContentThatBeliesItsLengthIsNotForwardedAsWhole) {
  Scene scene;
  const auto id = scene.client.request(post({{"content-length", "5"}}), false);
  auto backend = scene.server.accept();
  EXPECT_BYTES(backend, forwarded_post("Content-Length: 5\r\n"));
  scene.client.send(id, "hello, and more", true);
  EXPECT_EQ(scene.client.take(id).closed, kProtocolError);
  EXPECT_EQ(backend.take_rest().find("more"), std::string::npos);
}

TEST(H2, ClientThatResetsEndsTheRequestAtTheBackend) {
  Server server;
  auto snapshot = snapshot_of(server);
  snapshot.access_log.emplace();
  Bed bed(snapshot);
  H2Client client(bed.connect());
  const auto id = client.get();
  auto backend = server.accept();
  take_request(backend);
  client.reset(id, kCancel);
  EXPECT_TRUE(backend.ended());
  EXPECT_NE(bed.take_log_line().find("\"GET / HTTP/2.0\" 499 "), std::string::npos);
}

TEST(H2, ResponseThatBreaksOffDoesNotLookComplete) {
  Scene scene;
  const auto id = scene.client.get();
  auto backend = scene.server.accept();
  take_request(backend);
  backend.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n");
  EXPECT_TRUE(scene.client.until([&] { return scene.client.reply(id).content == "ok"; }));
  backend.close();
  const auto reply = scene.client.take(id);
  EXPECT_FALSE(reply.ended);
  EXPECT_EQ(reply.closed, kInternalError);
}

TEST(H2, RequestThatNobodyNeedsToEndIsCutOff) {
  Scene scene;
  const auto id = scene.client.request(post(), false);
  auto backend = scene.server.accept();
  EXPECT_BYTES(backend, forwarded_post("Transfer-Encoding: chunked\r\n"));
  backend.send(kOk);
  const auto reply = scene.client.take(id);
  EXPECT_EQ(reply.content, "ok");
  EXPECT_TRUE(scene.client.until([&] { return scene.client.reply(id).closed.has_value(); }));
  EXPECT_EQ(scene.client.reply(id).closed, kNoError);
}

TEST(H2, SlowClientHoldsTheBackendBack) {
  Scene scene({.window_bytes = 10, .grants_more = false});
  const auto id = scene.client.get();
  auto backend = scene.server.accept();
  take_request(backend);
  constexpr std::size_t kContentBytes = 64u << 20;
  backend.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kContentBytes) + "\r\n\r\n");
  EXPECT_TRUE(scene.client.until([&] { return scene.client.reply(id).status == 200; }));
  const std::string block(64 * 1024, 'x');
  std::size_t sent = 0;
  while (sent < kContentBytes) {  // until every buffer on the way is full
    const auto count = backend.send_some(block);
    sent += count;
    if (count > 0) continue;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    const auto more = backend.send_some(block);
    sent += more;
    if (more == 0) break;
  }
  EXPECT_LT(sent, kContentBytes / 2);
  EXPECT_TRUE(scene.client.until([&] { return scene.client.reply(id).content.size() == 10; }));
  scene.client.grant(id, 5);
  EXPECT_TRUE(scene.client.until([&] { return scene.client.reply(id).content.size() == 15; }));
}

TEST(H2, SlowBackendHoldsTheClientBack) {
  Scene scene;
  const auto id = scene.client.request(post(), false);
  auto backend = scene.server.accept();
  EXPECT_BYTES(backend, forwarded_post("Transfer-Encoding: chunked\r\n"));
  // The library sends no more than the window allows, so that everything has arrived is seen by an answered ping.
  constexpr std::size_t kContentBytes = 8u << 20;
  std::jthread receiver;
  scene.client.send(id, std::string(kContentBytes, 'x'), true);
  scene.client.ping();
  EXPECT_TRUE(scene.client.until([&] { return scene.client.pongs() == 1; }));
  receiver = std::jthread([&] {
    backend.take_through("\r\n0\r\n\r\n");
    backend.send(kOk);
  });
  EXPECT_EQ(scene.client.take(id).content, "ok");
}

TEST(H2, NoMoreStreamsThanAllowed) {
  Server server;
  auto snapshot = snapshot_of(server);
  snapshot.entry_points.at("web").http2.max_concurrent_streams = 2;
  Bed bed(snapshot);
  H2Client client(bed.connect());
  const auto first = client.get();
  auto backend = server.accept();  // by then the client has not read the settings
  client.get();
  const auto third = client.get();
  EXPECT_EQ(client.take(third).closed, kRefusedStream);
  take_request(backend);
  backend.send(kOk);
  EXPECT_EQ(client.take(first).status, 200);
}

TEST(H2, HeadThatIsTooLongIsRefused) {
  Server server;
  auto snapshot = snapshot_of(server);
  snapshot.entry_points.at("web").http.max_header_bytes = 4096;
  Bed bed(snapshot);
  H2Client client(bed.connect());
  auto lines = h2_get();
  lines.emplace_back("x-long", std::string(4096, 'x'));
  EXPECT_EQ(client.take(client.request(lines)).closed, kEnhanceYourCalm);
  EXPECT_TRUE(server.is_quiet());
}

// A head of little on the wire that is much when it is unpacked: references to one long field in the table.
TEST(H2Abuse, CompressedHeadCountsAsUnpacked) {
  Server server;
  auto snapshot = snapshot_of(server);
  snapshot.entry_points.at("web").http.max_header_bytes = 64 * 1024;
  Bed bed(snapshot);
  auto peer = bed.connect();
  const std::string long_field = "\x40\6x-bomb\x7f\xb9\x16" + std::string(3000, 'x');
  const std::string head = "\x82\x86\x84\x41\6a.test" + long_field + std::string(1000, '\xbe');
  const std::string frame_head{0, static_cast<char>(head.size() >> 8), static_cast<char>(head.size()), 1, 5, 0, 0, 0,
                               1};
  peer.send(std::string(kPreface) + frame_head + head);
  EXPECT_NO_THROW(peer.take_through(std::string("\0\0\4\3\0\0\0\0\1\0\0\0\xb", 13)));  // RST_STREAM
  EXPECT_TRUE(server.is_quiet());
}

TEST(H2Abuse, RapidResetEndsTheConnection) {
  Scene scene;
  const auto flood = [&] {
    for (int i = 0; i < 2000; ++i) scene.client.reset(scene.client.get(), kCancel);
  };
  try {
    flood();
  } catch (const std::exception&) {  // closed while it still wrote
  }
  EXPECT_NO_THROW(scene.client.until([&] { return scene.client.goaway().has_value(); }));
  EXPECT_EQ(scene.client.goaway(), kInternalError);
}

TEST(H2Abuse, ContinuationsWithoutEndEndTheConnection) {
  Server server;
  Bed bed(snapshot_of(server));
  auto peer = bed.connect();
  peer.send(kPreface);
  peer.send(std::string("\0\0\1\1\1\0\0\0\1\x82", 10));  // HEADERS that do not end
  const std::string continuation("\0\0\0\x9\0\0\0\0\1", 9);
  for (int i = 0; i < 100; ++i) {
    try {
      peer.send(continuation);
    } catch (const std::exception&) {
      break;
    }
  }
  EXPECT_NO_THROW(peer.take_rest());  // it ends
  EXPECT_TRUE(server.is_quiet());
}

TEST(H2Abuse, AnswersThatNobodyReadsAreNotKept) {
  Server server;
  Bed bed(snapshot_of(server));
  auto peer = bed.connect();
  peer.send(kPreface);
  std::string pings;
  for (int i = 0; i < 1000; ++i) pings += std::string("\0\0\x8\6\0\0\0\0\0xxxxxxxx", 17);
  bool was_cut = false;
  for (int i = 0; i < 10000 && !was_cut; ++i) {
    try {
      if (peer.send_some(pings) == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    } catch (const std::exception&) {
      was_cut = true;
    }
  }
  EXPECT_TRUE(was_cut);
}

TEST(H2, DrainLetsRequestsEnd) {
  Scene scene;
  const auto first = scene.client.get();
  auto backend = scene.server.accept();
  take_request(backend);
  bool drained = false;
  scene.bed.worker().drain(kPatience, [&] { drained = true; });
  EXPECT_TRUE(scene.client.until([&] { return scene.client.goaway().has_value(); }));
  EXPECT_EQ(scene.client.goaway_last_stream(), 0x7fffffff);
  EXPECT_TRUE(scene.client.until([&] { return scene.client.goaway_last_stream() == first; }));
  backend.send(kOk);
  EXPECT_EQ(scene.client.take(first).content, "ok");
  EXPECT_FALSE(scene.client.until([] { return false; }));  // the end
  EXPECT_TRUE(eventually([&] { return drained; }));
}

TEST(H2, ConnectionThatHasServedEnoughEnds) {
  Server server;
  auto snapshot = snapshot_of(server);
  snapshot.entry_points.at("web").transport.keep_alive_max_requests = 1;
  Bed bed(snapshot);
  H2Client client(bed.connect());
  const auto id = client.get();
  auto backend = server.accept();
  take_request(backend);
  backend.send(kOk);
  EXPECT_EQ(client.take(id).content, "ok");
  EXPECT_TRUE(client.until([&] { return client.goaway().has_value(); }));
  EXPECT_EQ(client.goaway(), kNoError);
  EXPECT_FALSE(client.until([] { return false; }));  // the end
}

// RFC 8441
TEST(H2, WebSocketThroughExtendedConnect) {
  Scene scene;
  const auto id = scene.client.request({{":method", "CONNECT"},
                                        {":protocol", "websocket"},
                                        {":scheme", "http"},
                                        {":authority", "a.test"},
                                        {":path", "/chat"},
                                        {"sec-websocket-version", "13"},
                                        {"sec-websocket-protocol", "chat"}},
                                       false);
  auto backend = scene.server.accept();
  const auto request = take_request(backend);
  EXPECT_TRUE(request.starts_with("GET /chat HTTP/1.1\r\nHost: a.test\r\n")) << request;
  EXPECT_NE(request.find("\r\nUpgrade: websocket\r\n"), std::string::npos);
  EXPECT_NE(request.find("\r\nSec-WebSocket-Key: "), std::string::npos);
  backend.send(
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Accept: x\r\nSec-WebSocket-Protocol: chat\r\n\r\nhello");
  auto& reply = scene.client.reply(id);
  EXPECT_TRUE(scene.client.until([&] { return reply.content == "hello"; }));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.fields, (H2Fields{{"sec-websocket-protocol", "chat"}}));
  scene.client.send(id, "ping", false);
  EXPECT_BYTES(backend, "ping");
  backend.send(" and more");
  EXPECT_TRUE(scene.client.until([&] { return reply.content == "hello and more"; }));
  scene.client.send(id, "", true);
  EXPECT_TRUE(backend.ended());
  backend.close();
  EXPECT_TRUE(scene.client.take(id).ended);
}

TEST(H2, PlainConnectIsRefused) {
  Scene scene;
  const auto id = scene.client.request({{":method", "CONNECT"}, {":authority", "a.test:443"}});
  EXPECT_EQ(scene.client.take(id).status, 501);
  EXPECT_TRUE(scene.server.is_quiet());
}

}  // namespace gatehouse::tests
