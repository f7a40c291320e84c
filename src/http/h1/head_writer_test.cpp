#include "http/h1/head_writer.h"

#include <gtest/gtest.h>

#include "http/h1/request_parser.h"
#include "http/h1/response_parser.h"

namespace gatehouse::http::h1 {
namespace {

RequestHead request_of(std::string_view bytes) {
  RequestParser parser;
  RequestHead head;
  EXPECT_TRUE(parser.parse(bytes, head)->done);
  return head;
}

std::string written(const RequestHead& head, const RequestWire& wire) {
  std::string out = "before ";
  append_request(out, head, wire);
  return out.substr(7);
}

std::string written(const ResponseHead& head, const ResponseWire& wire) {
  std::string out;
  append_response(out, head, wire);
  return out;
}

TEST(AppendRequest, KeepsOrderAndSpellingAndFramesAnew) {
  const auto head = request_of(
      "POST /raw HTTP/1.0\r\nhost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\nConnection: "
      "close\r\nX-empty:\r\nTrailer: X\r\n\r\n");
  EXPECT_EQ(written(head, {.target = "/p?q", .framing = Framing::of_length(5)}),
            "POST /p?q HTTP/1.1\r\nhost: a\r\nX-empty: \r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(written(head, {.target = "/p", .framing = Framing::of_kind(BodyKind::kChunked), .close = true}),
            "POST /p HTTP/1.1\r\nhost: a\r\nX-empty: \r\nTrailer: X\r\nTransfer-Encoding: chunked\r\nConnection: "
            "close\r\n\r\n");
}

TEST(AppendRequest, SaysThatThereIsNoContentWhereOneIsExpected) {
  auto head = request_of("POST / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(written(head, {.target = "/"}), "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  head.method = Method::of(MethodId::kGet);
  EXPECT_EQ(written(head, {.target = "/"}), "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
}

TEST(AppendRequest, AlwaysHasAHost) {
  EXPECT_EQ(written(request_of("GET / HTTP/1.0\r\n\r\n"), {.target = "/"}), "GET / HTTP/1.1\r\nHost: \r\n\r\n");
}

TEST(AppendRequest, AsksForAnUpgrade) {
  const auto head =
      request_of("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, x\r\nUpgrade: h2c, websocket\r\n\r\n");
  EXPECT_EQ(written(head, {.target = "/ws", .upgrade = "websocket"}),
            "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
}

TEST(AppendResponse, FramesAnew) {
  auto head = ResponseHead::of(200);
  head.fields.add("Content-Length", "7");
  head.fields.add("Connection", "close");
  head.fields.add("X-A", "1");
  EXPECT_EQ(written(head, {.framing = Framing::of_length(5)}),
            "HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(
      written(head, {.framing = Framing::of_kind(BodyKind::kUntilClose), .client = Version::kHttp10, .close = true}),
      "HTTP/1.1 200 OK\r\nX-A: 1\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(written(head, {.framing = Framing::of_length(5), .client = Version::kHttp10}),
            "HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n");
}

TEST(AppendResponse, FillsTheReasonInAndKeepsOneThatCame) {
  auto head = ResponseHead::of(404);
  EXPECT_EQ(written(head, {.framing = Framing::none()}), "HTTP/1.1 404 Not Found\r\n\r\n");
  head.reason = "Gone Fishing";
  EXPECT_EQ(written(head, {.framing = Framing::none()}), "HTTP/1.1 404 Gone Fishing\r\n\r\n");
  head.reason = {};
  head.status = 799;
  EXPECT_EQ(written(head, {.framing = Framing::none()}), "HTTP/1.1 799 \r\n\r\n");
}

TEST(AppendResponse, SwitchesProtocols) {
  EXPECT_EQ(written(ResponseHead::of(101), {.framing = Framing::of_kind(BodyKind::kTunnel), .upgrade = "websocket"}),
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
}

TEST(AppendResponse, CannotBeSplitByAValue) {
  auto head = ResponseHead::of(302);
  head.fields.add("Location", "/a\r\nSet-Cookie: evil=1");
  EXPECT_FALSE(head.fields.add("X\r\nY", "1"));
  EXPECT_EQ(written(head, {.framing = Framing::of_length(0)}),
            "HTTP/1.1 302 Found\r\nLocation: /a  Set-Cookie: evil=1\r\nContent-Length: 0\r\n\r\n");
}

}  // namespace
}  // namespace gatehouse::http::h1
