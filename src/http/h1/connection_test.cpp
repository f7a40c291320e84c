#include "http/h1/connection.h"

#include <string>

#include <gtest/gtest.h>

#include "http/h1/request_parser.h"

namespace gatehouse::http::h1 {
namespace {

RequestHead request_of(std::string_view fields, std::string_view line = "GET / HTTP/1.1") {
  RequestParser parser;
  RequestHead head;
  const auto bytes = std::string(line).append("\r\nHost: a\r\n").append(fields).append("\r\n");
  const auto progress = parser.parse(bytes, head);
  EXPECT_TRUE(progress && progress->done) << bytes;
  return head;
}

std::string names_of(const Fields& fields) {
  std::string names;
  for (const auto& field : fields) names.append(field.name) += ' ';
  return names;
}

TEST(KeepsAlive, FollowsTheVersionAndTheOptions) {
  const auto of = [](std::string_view fields, Version version) {
    return keeps_alive(version, request_of(fields).fields);
  };
  EXPECT_TRUE(of("", Version::kHttp11));
  EXPECT_FALSE(of("Connection: close\r\n", Version::kHttp11));
  EXPECT_FALSE(of("Connection: ,,,Close,,\r\n", Version::kHttp11));
  EXPECT_FALSE(of("Connection: keep-alive\r\nConnection: close\r\n", Version::kHttp11));
  EXPECT_TRUE(of("Connection: closed\r\n", Version::kHttp11));
  EXPECT_FALSE(of("", Version::kHttp10));
  EXPECT_TRUE(of("Connection: Keep-Alive\r\n", Version::kHttp10));
  EXPECT_FALSE(of("Connection: keep-alive, close\r\n", Version::kHttp10));
}

TEST(ExpectationOf, KnowsOneExpectation) {
  EXPECT_EQ(expectation_of(request_of("")), Expectation::kNone);
  EXPECT_EQ(expectation_of(request_of("Expect: 100-Continue\r\n")), Expectation::kContinue);
  EXPECT_EQ(expectation_of(request_of("Expect: 100-continue\r\n", "POST / HTTP/1.0")), Expectation::kNone);
  for (const auto* const fields : {"Expect:\r\n", "Expect: y 100-continue\r\n", "Expect: 100-continue, x\r\n",
                                   "Expect: 100-continue\r\nExpect: 100-continue\r\n"}) {
    const auto expectation = expectation_of(request_of(fields));
    ASSERT_FALSE(expectation) << fields;
    EXPECT_EQ(status_of(expectation.error()), 417);
  }
}

TEST(RequestedUpgrade, IsWhatMayBeLetThrough) {
  const auto of = [](std::string_view fields, std::string_view line = "GET / HTTP/1.1") {
    const auto head = request_of(fields, line);
    return std::string(requested_upgrade(head, *request_framing(head)));
  };
  EXPECT_EQ(of("Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"), "websocket");
  EXPECT_EQ(of("Connection: Upgrade\r\nUpgrade: h2c, WebSocket\r\n"), "WebSocket");
  EXPECT_EQ(of("Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: foo/2\r\n"), "websocket");
  EXPECT_EQ(of("Connection: Upgrade\r\nUpgrade: foo/2\r\n"), "foo/2");
  EXPECT_EQ(of("Connection: Upgrade\r\nUpgrade: h2c\r\n"), "");
  EXPECT_EQ(of("Connection: Upgrade\r\nUpgrade: TLS/1.0\r\n"), "");
  EXPECT_EQ(of("Connection: Upgrade\r\nUpgrade: a b\r\n"), "");
  EXPECT_EQ(of("Upgrade: websocket\r\n"), "");
  EXPECT_EQ(of("Connection: Upgrade\r\n"), "");
  EXPECT_EQ(of("Connection: Upgrade\r\nUpgrade: websocket\r\n", "POST / HTTP/1.1"), "");
  EXPECT_EQ(of("Connection: Upgrade\r\nUpgrade: websocket\r\n", "GET / HTTP/1.0"), "");
  EXPECT_EQ(of("Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n"), "");
}

TEST(AcceptedUpgrade, IsTheOneThatWasAskedFor) {
  auto head = ResponseHead::of(101);
  EXPECT_FALSE(accepted_upgrade(head, "websocket"));
  head.fields.add(FieldId::kUpgrade, "WebSocket");
  EXPECT_EQ(accepted_upgrade(head, "websocket"), "WebSocket");
  EXPECT_EQ(accepted_upgrade(head, "").error(), Violation::kUnexpectedUpgrade);
  EXPECT_FALSE(accepted_upgrade(head, "foo"));
  head.fields.add(FieldId::kUpgrade, "foo");
  EXPECT_FALSE(accepted_upgrade(head, "foo"));
}

TEST(RemoveHopByHop, LeavesWhatIsForTheBackend) {
  auto head = request_of(
      "Keep-Alive: 5\r\nProxy-Connection: x\r\nProxy-Authorization: x\r\nHTTP2-Settings: x\r\nUpgrade: h2c\r\n"
      "Connection: close, X-Mine\r\nTransfer-Encoding: chunked\r\nTE: gzip, trailers\r\nx-mine: 1\r\nX-Other: 1\r\n"
      "Trailer: X\r\nContent-Length: 5\r\nAccept: x\r\n");
  remove_hop_by_hop(head.fields);
  EXPECT_EQ(names_of(head.fields), "Host TE X-Other Trailer Content-Length Accept ");
  EXPECT_EQ(head.fields.get(FieldId::kTe), "trailers");
}

TEST(RemoveHopByHop, DropsTheCodingsThatAClientTakes) {
  auto head = request_of("TE: gzip\r\n");
  remove_hop_by_hop(head.fields);
  EXPECT_EQ(names_of(head.fields), "Host ");
}

TEST(RemoveHopByHop, ProtectsWhatIsMeantForAll) {
  auto head = request_of(
      "Connection: Host, x-forwarded-for, X-Forwarded-New, X-REAL-IP, Cookie, Authorization, Content-Length, "
      "Content-Type\r\n"
      "X-Forwarded-For: 1\r\nX-Forwarded-New: 1\r\nX-Real-Ip: 1\r\nCookie: a\r\nAuthorization: b\r\nContent-Length: "
      "5\r\n"
      "Content-Type: t\r\n");
  remove_hop_by_hop(head.fields);
  EXPECT_EQ(names_of(head.fields),
            "Host X-Forwarded-For X-Forwarded-New X-Real-Ip Cookie Authorization Content-Length Content-Type ");
}

TEST(RemoveHopByHop, LimitsTheNamesThatAreListed) {
  std::string list = "Connection: close";
  for (std::size_t i = 0; i < kConnectionNamesMax; ++i) list += ", n" + std::to_string(i);
  const std::string others = "\r\nn0: x\r\nX-Other: 1\r\nX-Forwarded-New: 1\r\nAccept: x\r\n";
  auto at_limit = request_of(list + others);
  remove_hop_by_hop(at_limit.fields);
  EXPECT_EQ(names_of(at_limit.fields), "Host X-Other X-Forwarded-New Accept ");
  auto beyond = request_of(list + ", one-more" + others);
  remove_hop_by_hop(beyond.fields);
  EXPECT_EQ(names_of(beyond.fields), "Host X-Forwarded-New Accept ");
}

}  // namespace
}  // namespace gatehouse::http::h1
