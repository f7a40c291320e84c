#include "http/h1/response_parser.h"

#include <string>

#include <gtest/gtest.h>

namespace gatehouse::http::h1 {
namespace {

std::string shown(const ResponseHead& head) {
  auto text = std::to_string(head.status).append("|").append(head.reason).append("|").append(to_string(head.version));
  for (const auto& field : head.fields) text.append("|").append(field.name).append("=").append(field.value);
  return text;
}

// The first response, or the sentence about what is wrong; "more" where it is incomplete.
std::string parse(std::string_view first, std::string_view second = {}) {
  ResponseParser parser;
  ResponseHead head;
  for (const auto part : {first, second}) {
    if (part.empty()) continue;
    const auto memory = std::make_unique<std::string>(part);
    const auto progress = parser.parse(*memory, head);
    if (!progress) return std::string(to_string(progress.error()));
    if (progress->done) return shown(head);
  }
  return "more";
}

TEST(ResponseParser, ReadsAHead) {
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nServer: x\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\n"),
            "200|OK|HTTP/1.1|Server=x|Set-Cookie=a|Set-Cookie=b");
  EXPECT_EQ(parse("HTTP/1.0 404 Not Found\r\n\r\n"), "404|Not Found|HTTP/1.0");
  EXPECT_EQ(parse("HTTP/1.1 200 \r\n\r\n"), "200||HTTP/1.1");
  EXPECT_EQ(parse("HTTP/1.1 200\r\n\r\n"), "200||HTTP/1.1");
}

TEST(ResponseParser, ReadsInterimHeadsOneAfterTheOther) {
  ResponseParser parser;
  ResponseHead head;
  const std::string_view bytes = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";
  const auto first = parser.parse(bytes, head);
  ASSERT_TRUE(first && first->done);
  EXPECT_EQ(head.status, 100);
  EXPECT_TRUE(parser.is_idle());
  const auto second = parser.parse(bytes.substr(first->consumed), head);
  ASSERT_TRUE(second && second->done);
  EXPECT_EQ(head.status, 204);
}

TEST(ResponseParser, IsTheSameSplitAtEveryByte) {
  for (const std::string message :
       {"HTTP/1.1 200 OK\r\nServer: x\r\nA:\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: 1\r\n b\r\n\r\n", "HTTP/1.1 200 OK\nA: 1\n\n", "\r\nHTTP/1.1 200 OK\r\n\r\n"}) {
    const auto whole = parse(message);
    EXPECT_NE(whole, "more");
    for (std::size_t i = 1; i < message.size(); ++i) {
      EXPECT_EQ(parse(message.substr(0, i), message.substr(i)), whole) << message << " split at " << i;
    }
  }
}

TEST(ResponseParser, RefusesAnotherStatusLine) {
  for (const auto* const line :
       {"HTTP/1.1 99 X", "HTTP/1.1 0200 X", "HTTP/1.1 2 X", "HTTP/1.1  200 X", "HTTP/1.1 200X", "HTTP/1.1 -20 X",
        "HTTP/1.1 +20 X", "HTTP/1.1 099 X", "HTTP/1.1", "HTTP/1.1 ", "", "ICY 200 OK", "HTTP/2.0 200 OK",
        "http/1.1 200 OK", " HTTP/1.1 200 OK", "HTTP/1.1 200 a\x01", "HTTP/1.1\t200 OK"}) {
    ResponseParser parser;
    ResponseHead head;
    EXPECT_FALSE(parser.parse(std::string(line) + "\r\n\r\n", head)) << line;
  }
}

TEST(ResponseParser, IsAsStrictAboutFieldsAsForRequests) {
  for (const auto* const line : {"A : 1", "A", ": 1", " A: 1", "A: 1\n", "A: \r1", "A\xa0: 1", "A: \x0c"}) {
    ResponseParser parser;
    ResponseHead head;
    EXPECT_FALSE(parser.parse("HTTP/1.1 200 OK\r\nX: 1\r\n" + std::string(line) + "\r\n\r\n", head)) << line;
  }
  ResponseParser parser({.head_bytes = 100});
  ResponseHead head;
  EXPECT_EQ(parser.parse("HTTP/1.1 200 OK\r\nX: " + std::string(100, 'x'), head).error(), Violation::kHeadTooLarge);
}

}  // namespace
}  // namespace gatehouse::http::h1
