#include "http/h1/chunked_decoder.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace gatehouse::http::h1 {
namespace {

struct Outcome {
  std::string content;
  std::string trailers;
  std::string rest;  // of the part in which it ended
  bool done = false;
  std::optional<Violation> violation;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome decode_parts(const std::vector<std::string_view>& parts) {
  ChunkedDecoder decoder;
  Outcome outcome;
  for (const auto part : parts) {
    if (outcome.done) {
      outcome.rest += part;
      continue;
    }
    const auto memory = std::make_unique<std::string>(part);
    const auto progress = decoder.decode(*memory);
    if (!progress) {
      outcome.violation = progress.error();
      return outcome;
    }
    outcome.content += progress->data;
    outcome.done = progress->done;
    outcome.rest = memory->substr(progress->consumed);
  }
  for (const auto& field : decoder.trailers())
    outcome.trailers.append(field.name).append("=").append(field.value) += ";";
  return outcome;
}

Outcome decode(std::string_view bytes) { return decode_parts({bytes}); }

TEST(ChunkedDecoder, DecodesChunksInPlace) {
  std::string bytes = "5\r\nhello\r\n00A;x\r\n, chunked!\r\n000\r\n\r\nGET /";
  ChunkedDecoder decoder;
  const auto progress = decoder.decode(bytes);
  ASSERT_TRUE(progress);
  EXPECT_TRUE(progress->done);
  EXPECT_EQ(progress->data, "hello, chunked!");
  EXPECT_EQ(progress->data.data(), bytes.data() + 3);
  EXPECT_EQ(bytes.substr(progress->consumed), "GET /");
}

TEST(ChunkedDecoder, IsTheSameSplitAtEveryByte) {
  for (const std::string message : {
           "5\r\nhello\r\n6 ; a = \"b\\\"\";c=d\r\n world\r\n0\r\nX-Sum: 1\r\nETag: 2\r\n\r\nrest",
           "1\r\nx\r\n0\r\nX: 1\r\n y\r\n\r\n",
           "5\r\nhelloXX",
           "2;\nxx\r\n",
           "3\r\nabc\r\n0\r\nBad Name: 1\r\n\r\n",
       }) {
    const auto whole = decode(message);
    for (std::size_t i = 0; i <= message.size(); ++i) {
      const auto view = std::string_view(message);
      auto split = decode_parts({view.substr(0, i), view.substr(i)});
      if (whole.violation) split.content.clear();  // what came before the mistake may have been passed on
      EXPECT_EQ(split, whole) << message << " split at " << i;
    }
  }
}

TEST(ChunkedDecoder, RefusesWhatIsNoChunkSize) {
  for (const auto* const line :
       {"", "+5", "-5", "5g", " 5", "\t5", "5 ", "5\t", "5,", "0x5", "5h", "\xef\xbc\x95", "x"}) {
    const auto outcome = decode(std::string(line) + "\r\nhello\r\n0\r\n\r\n");
    ASSERT_TRUE(outcome.violation) << line;
    EXPECT_EQ(status_of(*outcome.violation), 400) << line;
    EXPECT_EQ(outcome.content, "") << line;
  }
  for (const auto* const end : {"\r", "\rX", "\r\r\n", "\n"}) {
    EXPECT_TRUE(decode(std::string("5") + end + "hello\r\n0\r\n\r\n").violation) << end;
  }
}

TEST(ChunkedDecoder, RefusesWhatFollowsDataButALineEnd) {
  for (const auto* const end : {"\n", "\r", "XX", "", " world\r\n", "\n\r"}) {
    EXPECT_EQ(decode(std::string("5\r\nhello") + end + "0\r\n\r\n").violation, Violation::kChunkEnd) << end;
  }
}

TEST(ChunkedDecoder, LimitsTheSize) {
  EXPECT_EQ(decode("7fffffffffffffff\r\nhello").content, "hello");
  EXPECT_EQ(decode("8000000000000000\r\nhello").violation, Violation::kChunkTooLarge);
  EXPECT_EQ(decode("FFFFFFFFFFFFFFFF\r\nhello").violation, Violation::kChunkTooLarge);
  EXPECT_EQ(decode("10000000000000005\r\nhello").violation, Violation::kChunkTooLarge);
  EXPECT_EQ(decode("0000000000000005\r\nhello").content, "hello");
  EXPECT_EQ(decode("00000000000000005\r\nhello").violation, Violation::kChunkTooLarge);
}

TEST(ChunkedDecoder, ReadsExtensionsByTheirGrammar) {
  for (const auto* const extension :
       {";a", ";a=b", "; a", " ;a", ";a = b", ";a;b=\"c;\r\"", ";a=\"b\\\"c\"", ";a=b ;c"}) {
    const std::string text = extension;
    const auto outcome = decode("5" + text + "\r\nhello\r\n0\r\n\r\n");
    EXPECT_EQ(outcome.violation.has_value(), text.find('\r') != std::string::npos) << text;
  }
  for (const auto* const extension : {";", ";a;", ";a=", ";=b", ";a b", ";a=\"b", ";a=\"b\"c", ";a ", ";a\x08",
                                      ";a=b=c", ";;a", ";a=\"\x01\"", ";a=\"\\\x01\""}) {
    EXPECT_EQ(decode("5" + std::string(extension) + "\r\nhello\r\n0\r\n\r\n").violation, Violation::kChunkExtension)
        << extension;
  }
  EXPECT_TRUE(decode("5;a\nb\r\nhello\r\n0\r\n\r\n").violation);
}

TEST(ChunkedDecoder, LimitsExtensionsInProportionToContent) {
  constexpr auto kMax = ChunkedDecoder::kExtensionBytesMax;
  const auto chunk = [](std::size_t extension, std::size_t content) {
    return "1;" + std::string(extension - 1, 'a') + "\r\nx\r\n" + std::to_string(content) + "\r\n";
  };
  EXPECT_EQ(decode(chunk(kMax, 0) + "\r\n").violation, std::nullopt);
  EXPECT_EQ(decode(chunk(kMax + 1, 0) + "\r\n").violation, Violation::kChunkExtensionTooLong);
  std::string signed_chunks;
  std::string tiny_chunks;
  for (int i = 0; i < 1000; ++i) {
    signed_chunks += "100;signature=" + std::string(200, 's') + "\r\n" + std::string(256, 'x') + "\r\n";
    tiny_chunks += "1;aaaaaaaaaaaa\r\nx\r\n";
  }
  EXPECT_EQ(decode(signed_chunks).content.size(), 256'000u);
  EXPECT_EQ(decode(tiny_chunks).violation, Violation::kChunkExtensionTooLong);
}

TEST(ChunkedDecoder, KeepsTrailersThatAreHarmless) {
  EXPECT_EQ(decode("0\r\nX-Sum: 1\r\nContent-Length: 5\r\nHost: b\r\nTransfer-Encoding: chunked\r\nCookie: a\r\n"
                   "Authorization: b\r\nX_Forwarded_For: c\r\ngrpc-status: 0\r\n\r\n")
                .trailers,
            "X-Sum=1;grpc-status=0;");
  EXPECT_EQ(decode("0\r\nX: 1\r\n y\r\n\r\n").violation, Violation::kObsoleteFold);
  EXPECT_EQ(decode("0\r\nX: 1\n\r\n").violation, Violation::kLineEnd);
  EXPECT_EQ(decode("0\r\nX: " + std::string(9000, 'x')).violation, Violation::kLineTooLong);
}

TEST(ChunkedDecoder, StartsAnewAfterReset) {
  ChunkedDecoder decoder;
  std::string first = "5;aaaa\r\nhel";
  ASSERT_TRUE(decoder.decode(first));
  decoder.reset();
  std::string second = "1\r\nx\r\n0\r\nX: 1\r\n\r\n";
  EXPECT_TRUE(decoder.decode(second)->done);
  EXPECT_EQ(decoder.trailers().get("x"), "1");
  decoder.reset();
  EXPECT_TRUE(decoder.trailers().empty());
}

}  // namespace
}  // namespace gatehouse::http::h1
