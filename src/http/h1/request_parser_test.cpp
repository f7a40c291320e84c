#include "http/h1/request_parser.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace gatehouse::http::h1 {
namespace {

struct Outcome {
  std::vector<std::string> requests;  // as text, in a form that shows every view
  std::optional<Violation> violation;
  bool idle = true;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

std::string shown(const RequestHead& head) {
  std::string text(head.method.token);
  text.append("|").append(head.target).append("|").append(to_string(head.version));
  for (const auto& field : head.fields) text.append("|").append(field.name).append("=").append(field.value);
  return text;
}

// Feeds the parts one after the other, each in memory of its own that is gone afterwards.
Outcome parse_parts(const std::vector<std::string_view>& parts, const HeadLimits& limits = {}) {
  RequestParser parser(limits);
  RequestHead head;
  Outcome outcome;
  for (const auto part : parts) {
    const auto memory = std::make_unique<std::string>(part);
    std::string_view rest = *memory;
    while (!rest.empty()) {
      const auto progress = parser.parse(rest, head);
      if (!progress) {
        outcome.violation = progress.error();
        return outcome;
      }
      rest.remove_prefix(progress->consumed);
      if (progress->done) outcome.requests.push_back(shown(head));
    }
  }
  outcome.idle = parser.is_idle();
  return outcome;
}

Outcome parse(std::string_view bytes, const HeadLimits& limits = {}) { return parse_parts({bytes}, limits); }

std::optional<Violation> violation_of(std::string_view bytes, const HeadLimits& limits = {}) {
  return parse(bytes, limits).violation;
}

std::string with_line(std::string_view line) {
  return std::string("GET / HTTP/1.1\r\nHost: a\r\n").append(line).append("\r\n\r\n");
}

TEST(RequestParser, ReadsAHeadAndLeavesWhatFollows) {
  RequestParser parser;
  RequestHead head;
  const std::string bytes = "POST /p?q=1 HTTP/1.1\r\nHost: a.test\r\nX-Empty:\r\nx-odd:  \t v\t w \t\r\n\r\nbody";
  const auto progress = parser.parse(bytes, head);
  ASSERT_TRUE(progress && progress->done);
  EXPECT_EQ(bytes.substr(progress->consumed), "body");
  EXPECT_EQ(head.method.id, MethodId::kPost);
  EXPECT_EQ(shown(head), "POST|/p?q=1|HTTP/1.1|Host=a.test|X-Empty=|x-odd=v\t w");
  EXPECT_EQ(head.fields.begin()->id, FieldId::kHost);
  EXPECT_TRUE(parser.is_idle());
}

TEST(RequestParser, IsTheSameSplitAtEveryByte) {
  const std::vector<std::string> messages = {
      "\r\nGET /1 HTTP/1.1\r\nHost: a\r\nCookie: a=1\r\nCookie: b=2\r\n\r\nPUT /2 HTTP/1.0\r\n\r\n",
      with_line("X-A: 1\r\n folded"),
      with_line("X-A : 1"),
      with_line("X-A: 1\r"),
      with_line("X-A: a\x01") + "GET / HTTP/1.1\r\n",
      "GET / HTTP/1.1\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\r\n",
      "GET /\r\n",
      "GET / HTTP/1.1\r\n\r\n",
  };
  for (const auto& message : messages) {
    const auto whole = parse(message);
    for (std::size_t i = 0; i <= message.size(); ++i) {
      const auto view = std::string_view(message);
      EXPECT_EQ(parse_parts({view.substr(0, i), view.substr(i)}), whole) << message << " split at " << i;
    }
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < message.size(); ++i) bytes.push_back(std::string_view(message).substr(i, 1));
    EXPECT_EQ(parse_parts(bytes), whole) << message << " byte by byte";
  }
}

TEST(RequestParser, RefusesAnotherRequestLine) {
  for (const auto* const line :
       {"GET / HTTP/1.1 ", " GET / HTTP/1.1", "GET  / HTTP/1.1", "GET /a b HTTP/1.1", "GET /", "GET", "GET HTTP/1.1",
        "GET /\tHTTP/1.1", "GET /\x7f HTTP/1.1", "GET /\xc3\xa9 HTTP/1.1", "G(T / HTTP/1.1", "GET / http/1.1",
        "GET / HTTP/1", "GET / HTTP/1.10", "GET / HTTP/ 1.1", "GET / HTTP/1,1", "GET / HTTPS/1.1", "GET / HTTP/1.\xb1",
        "\x16\x03\x01"}) {
    const auto violation = violation_of(std::string(line) + "\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(violation) << line;
    EXPECT_EQ(status_of(*violation), 400) << line;
  }
  for (const auto* const line : {"GET / HTTP/2.0", "GET / HTTP/0.9", "PRI * HTTP/2.0"}) {
    EXPECT_EQ(violation_of(std::string(line) + "\r\n\r\n"), Violation::kVersionUnsupported) << line;
  }
}

TEST(RequestParser, RefusesAnIncompleteRequestAsSoonAsItIsWrong) {
  EXPECT_EQ(violation_of("GET /\r\n"), Violation::kRequestLine);
  EXPECT_EQ(violation_of("GET / HTTP/1.1\rH"), Violation::kLineEnd);
  EXPECT_EQ(violation_of("GET / HTTP/1.1\r\nHost: a\rb"), Violation::kLineEnd);
  EXPECT_EQ(violation_of("GET / HTTP/1.1\r\nHost a"), Violation::kFieldName);
  EXPECT_EQ(violation_of(std::string_view("GE\0", 3)), Violation::kRequestLine);
}

TEST(RequestParser, KeepsTheMethodAsItWasSpelled) {
  EXPECT_EQ(parse("get / HTTP/1.0\r\n\r\n").requests, std::vector<std::string>{"get|/|HTTP/1.0"});
  EXPECT_EQ(Method::of("get").id, MethodId::kOther);
}

TEST(RequestParser, TreatsALaterMinorVersionAs11) {
  EXPECT_EQ(parse("GET / HTTP/1.7\r\nHost: a\r\n\r\n").requests, std::vector<std::string>{"GET|/|HTTP/1.1|Host=a"});
}

TEST(RequestParser, RefusesFieldLinesThatReadersDisagreeAbout) {
  EXPECT_EQ(violation_of(with_line("A : 1")), Violation::kFieldName);
  EXPECT_EQ(violation_of(with_line("A\t: 1")), Violation::kFieldName);
  EXPECT_EQ(violation_of(with_line(": 1")), Violation::kFieldName);
  EXPECT_EQ(violation_of(with_line("A 1")), Violation::kFieldName);
  EXPECT_EQ(violation_of(with_line("A")), Violation::kFieldName);
  EXPECT_EQ(violation_of(with_line("A\xa0: 1")), Violation::kFieldName);
  EXPECT_EQ(violation_of(with_line(" A: 1")), Violation::kObsoleteFold);
  EXPECT_EQ(violation_of("GET / HTTP/1.1\r\n Host: a\r\n\r\n"), Violation::kFieldName);
  EXPECT_EQ(violation_of(with_line("A: 1\n")), Violation::kLineEnd);
  EXPECT_EQ(violation_of(with_line("A: 1\r")), Violation::kLineEnd);
  EXPECT_EQ(violation_of(with_line("A: \x0b")), Violation::kFieldValue);
  EXPECT_EQ(violation_of(with_line("A: \x7f")), Violation::kFieldValue);
  EXPECT_EQ(violation_of(with_line(std::string_view("A: \0", 4))), Violation::kFieldValue);
  EXPECT_EQ(parse(with_line("A: b\tc \xff")).requests.size(), 1u);
}

TEST(RequestParser, WantsOneHost) {
  EXPECT_EQ(violation_of("GET / HTTP/1.1\r\n\r\n"), Violation::kHostMissing);
  EXPECT_EQ(violation_of(with_line("hOSt: a")), Violation::kHostRepeated);
  EXPECT_EQ(violation_of("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"), Violation::kHostRepeated);
  EXPECT_EQ(violation_of("GET / HTTP/1.0\r\n\r\n"), std::nullopt);
}

TEST(RequestParser, SkipsFewEmptyLines) {
  EXPECT_EQ(parse("\r\n\r\nGET / HTTP/1.0\r\n\r\n").requests.size(), 1u);
  EXPECT_EQ(violation_of("\r\n\r\n\r\n"), Violation::kEmptyLines);
  EXPECT_TRUE(parse("\r\n").idle);
  EXPECT_FALSE(parse("\r\nG").idle);
}

TEST(RequestParser, KeepsToItsLimits) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_EQ(violation_of(head, {.head_bytes = head.size()}), std::nullopt);
  EXPECT_EQ(violation_of(head, {.head_bytes = head.size() - 1}), Violation::kHeadTooLarge);
  EXPECT_EQ(violation_of("GET / HTTP/1.0\r\n", {.head_bytes = 15}), Violation::kHeadTooLarge);

  const HeadLimits lines{.line_bytes = 20};
  EXPECT_EQ(violation_of(with_line("A: " + std::string(17, 'x')), lines), std::nullopt);
  EXPECT_EQ(violation_of(with_line("A: " + std::string(18, 'x')), lines), Violation::kLineTooLong);
  EXPECT_EQ(violation_of("GET /3456789 HTTP/1.0\r\n\r\n", lines), Violation::kTargetTooLong);
  EXPECT_EQ(violation_of("GET /3456789 HTTP/1.0", lines), Violation::kTargetTooLong);
  EXPECT_EQ(violation_of(with_line(std::string(2000, 'n'))), Violation::kLineTooLong);

  EXPECT_EQ(violation_of(with_line("A: 1"), {.fields = 2}), std::nullopt);
  EXPECT_EQ(violation_of(with_line("A: 1"), {.fields = 1}), Violation::kTooManyFields);
}

TEST(RequestParser, ReusesTheHeadOnTheSameConnection) {
  RequestParser parser;
  RequestHead head;
  ASSERT_TRUE(parser.parse("GET /1 HTTP/1.1\r\nHost: a\r\nX: 1\r\n\r\n", head)->done);
  ASSERT_TRUE(parser.parse("GET /2 HTTP/1.1\r\nHost: b\r\n\r\n", head)->done);
  const RequestHead moved = std::move(head);
  EXPECT_EQ(shown(moved), "GET|/2|HTTP/1.1|Host=b");
}

}  // namespace
}  // namespace gatehouse::http::h1
