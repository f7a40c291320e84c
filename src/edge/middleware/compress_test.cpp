#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include "edge/middleware/accept_encoding.h"
#include "edge/middleware/encoded_body.h"
#include "edge/middleware/test_support.h"

namespace gatehouse::edge {
namespace {

using Flushing = EncodedBody::Flushing;

// As much as can be decoded of what has come so far.
std::string gunzip(std::string_view encoded) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(encoded.data()));
  stream.avail_in = static_cast<uInt>(encoded.size());
  std::string text;
  std::array<char, 4096> room;
  int done = Z_OK;
  while (done == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(room.data());
    stream.avail_out = room.size();
    done = inflate(&stream, Z_SYNC_FLUSH);
    text.append(room.data(), room.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  return done == Z_STREAM_END || done == Z_BUF_ERROR ? text : "broken";
}

std::string unzstd(std::string_view encoded) {
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
  ZSTD_inBuffer in{encoded.data(), encoded.size(), 0};
  std::string text;
  std::array<char, 4096> room;
  for (;;) {
    ZSTD_outBuffer out{room.data(), room.size(), 0};
    const auto left = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(left) != 0) return "broken";
    text.append(room.data(), out.pos);
    if (out.pos < out.size && in.pos == in.size) return text;
  }
}

std::string decoded(ContentCoding coding, std::string_view encoded) {
  return coding == ContentCoding::kGzip ? gunzip(encoded) : unzstd(encoded);
}

// Text that can be compressed, but not to nothing.
std::string text_of(std::size_t bytes) {
  std::string text;
  for (std::uint32_t state = 1; text.size() < bytes; state = state * 1664525 + 1013904223) {
    text += std::to_string(state % 1000) + " words ";
  }
  text.resize(bytes);
  return text;
}

class Compress : public testing::Test {
 protected:
  std::string chosen(std::optional<std::string> accepted, const CodingOffer& offer = {.codings = kAll}) {
    http::Fields fields;
    if (accepted) fields.add("Accept-Encoding", *accepted);
    const auto coding = choose_coding(fields, offer);
    return coding ? std::string(to_string(*coding)) : "identity";
  }

  TestResponse ask(const model::Compress& config, const TestRequest& request, FakeNext::Answer answer) {
    const auto next = std::make_shared<FakeNext>(std::vector{std::move(answer)});
    return bench_.ask(bench_.make(with(&model::Middleware::compress, config), next).value(), request);
  }
  std::string error(const model::Compress& config) {
    const auto made = bench_.make(with(&model::Middleware::compress, config), std::make_shared<FakeNext>());
    return made ? "none" : made.error().message;
  }

  static inline const std::vector kAll = {ContentCoding::kGzip, ContentCoding::kBrotli, ContentCoding::kZstd};
  Workbench bench_;
  std::string text_ = text_of(4096);
  TestRequest gzip_{.fields = {{"Accept-Encoding", "gzip"}}};
};

TEST_F(Compress, ChoosesWhatTheClientLikesBest) {
  EXPECT_EQ(chosen("gzip, br, zstd"), "gzip");
  EXPECT_EQ(chosen("zstd;q=0.9, br;q=0.8, gzip;q=0.6"), "zstd");
  EXPECT_EQ(chosen("br;q=0.8, identity;q=1.0"), "identity");
  EXPECT_EQ(chosen("identity, br"), "br");
  EXPECT_EQ(chosen("br;q=0, gzip;q=0, zstd;q=0"), "identity");
  EXPECT_EQ(chosen("BR ; q=0.5 , deflate"), "br");
  EXPECT_EQ(chosen("deflate"), "identity");
  EXPECT_EQ(chosen("br;q=high"), "identity");
  EXPECT_EQ(chosen(""), "identity");
  EXPECT_EQ(chosen(std::nullopt), "identity");
}

TEST_F(Compress, OrdersByTheOffer) {
  const CodingOffer offer{.codings = {ContentCoding::kBrotli, ContentCoding::kGzip}};
  EXPECT_EQ(chosen("zstd, gzip, br", offer), "br");
  EXPECT_EQ(chosen("*", offer), "br");
  EXPECT_EQ(chosen("gzip, *;q=0.5", offer), "gzip");
  EXPECT_EQ(chosen("zstd", offer), "identity");
}

TEST_F(Compress, GivesGzipOnlyByName) {
  EXPECT_EQ(chosen("*"), "identity");
  EXPECT_EQ(chosen("gzip;q=0.1, *"), "gzip");
  EXPECT_EQ(chosen("gzip;q=0, *"), "identity");
  EXPECT_EQ(chosen(std::nullopt, {.codings = kAll, .default_coding = ContentCoding::kGzip}), "identity");
  EXPECT_EQ(chosen(std::nullopt, {.codings = kAll, .default_coding = ContentCoding::kBrotli}), "br");
  EXPECT_EQ(chosen("*", {.codings = kAll, .default_coding = ContentCoding::kBrotli}), "br");
}

TEST_F(Compress, EncodesTheContent) {
  for (const auto coding : {ContentCoding::kGzip, ContentCoding::kZstd}) {
    const auto response = ask({}, {.fields = {{"Accept-Encoding", std::string(to_string(coding))}}},
                              {.fields = {{"ETag", "\"x\""}, {"Accept-Ranges", "bytes"}}, .content = text_});
    EXPECT_EQ(response["Content-Encoding"], to_string(coding));
    EXPECT_EQ(response["Vary"], "Accept-Encoding");
    EXPECT_EQ(response["Content-Length"], std::nullopt);
    EXPECT_EQ(response["Accept-Ranges"], std::nullopt);
    EXPECT_EQ(response["ETag"], "W/\"x\"");
    EXPECT_LT(response.content.size(), text_.size() / 2);
    EXPECT_EQ(decoded(coding, response.content), text_);
  }
  const auto brotli = ask({}, {.fields = {{"Accept-Encoding", "br"}}}, {.content = text_});
  EXPECT_EQ(brotli["Content-Encoding"], "br");
  EXPECT_LT(brotli.content.size(), text_.size() / 2);
}

TEST_F(Compress, LeavesSomeContentsAlone) {
  const auto untouched = [&](FakeNext::Answer answer, TestRequest request = {.fields = {{"Accept-Encoding", "gzip"}}}) {
    if (answer.content == "hello") answer.content = text_;
    const auto content = answer.content;
    const auto encoding = value_of(answer.fields, "Content-Encoding");
    const auto response = ask({}, request, std::move(answer));
    return response["Content-Encoding"] == encoding && response.content == content;
  };
  EXPECT_TRUE(untouched({.content = text_of(1023)}));
  EXPECT_FALSE(untouched({.content = text_of(1024)}));
  EXPECT_TRUE(untouched({.fields = {{"Content-Encoding", "br"}}}));
  EXPECT_TRUE(untouched({.fields = {{"Content-Type", "Application/gRPC"}}}));
  EXPECT_TRUE(untouched({.fields = {{"Cache-Control", "private, no-transform"}}}));
  EXPECT_TRUE(untouched({.fields = {{"Content-Range", "bytes 0-1/2"}}}));
  EXPECT_TRUE(untouched({.status = 206}));
  EXPECT_TRUE(untouched({}, {.method = "HEAD", .fields = {{"Accept-Encoding", "gzip"}}}));
  EXPECT_TRUE(untouched({}, {}));
  EXPECT_TRUE(untouched({}, {.fields = {{"Accept-Encoding", "gzip"}, {"Content-Type", "application/grpc"}}}));
}

TEST_F(Compress, GoesByTheContentType) {
  model::Compress config;
  config.included_content_types = {"text/HTML; charset=utf-8"};
  const auto encoding = [&](std::string type) {
    return ask(config, gzip_, {.fields = {{"Content-Type", std::move(type)}}, .content = text_})["Content-Encoding"];
  };
  EXPECT_EQ(encoding("text/html;charset=x"), "gzip");
  EXPECT_EQ(encoding("text/plain"), std::nullopt);
  config.included_content_types = {};
  config.excluded_content_types = {"text/event-stream"};
  EXPECT_EQ(encoding("Text/Event-Stream; x"), std::nullopt);
  EXPECT_EQ(encoding("text/plain"), "gzip");
  config.min_response_body_bytes = 5000;
  EXPECT_EQ(encoding("text/plain"), std::nullopt);
}

TEST_F(Compress, RefusesOptionsWithoutMeaning) {
  model::Compress config;
  config.included_content_types = {"text/html"};
  config.excluded_content_types = {"text/plain"};
  EXPECT_EQ(error(config), "compress: only one of excludedContentTypes and includedContentTypes may be set");
  config.included_content_types = {"text/"};
  config.excluded_content_types = {};
  EXPECT_EQ(error(config), "compress.includedContentTypes: \"text/\" is no media type");
  config = {};
  config.encodings = {"deflate"};
  EXPECT_EQ(error(config), "compress.encodings: \"deflate\" is none of gzip, br and zstd");
  config.encodings = {};
  EXPECT_EQ(error(config), "compress.encodings is empty: name gzip, br or zstd");
  config.encodings = {"br"};
  config.default_encoding = "gzip";
  EXPECT_EQ(error(config), "compress.defaultEncoding: \"gzip\" is none of compress.encodings");
}

class Streams : public Compress {
 protected:
  using Pace = PieceBody::Pace;

  // What each call of next() gives.
  std::vector<std::string> pieces_of(std::vector<std::string> pieces, Pace pace, ContentCoding coding,
                                     Flushing flushing) {
    EncodedBody body(std::make_unique<PieceBody>(std::move(pieces), pace, bench_.loop), coding, flushing);
    std::vector<std::string> encoded;
    for (;;) {
      const auto piece = bench_.loop.run(body.next()).value();
      if (piece.empty()) return encoded;
      encoded.emplace_back(piece);
    }
  }
};

TEST_F(Streams, AreFlushedWhenThereIsNothingMoreForNow) {
  for (const auto coding : {ContentCoding::kGzip, ContentCoding::kZstd}) {
    const auto encoded = pieces_of({"data: 1\n\n", "data: 2\n\n"}, Pace::kAwaited, coding, Flushing::kWhenIdle);
    ASSERT_GE(encoded.size(), 2U);
    EXPECT_EQ(decoded(coding, encoded[0]), "data: 1\n\n");
    EXPECT_EQ(decoded(coding, encoded[0] + encoded[1]), "data: 1\n\ndata: 2\n\n");
  }
  EXPECT_GE(pieces_of({"a", "b"}, Pace::kAwaited, ContentCoding::kBrotli, Flushing::kWhenIdle).size(), 2U);
}

TEST_F(Streams, OfKnownLengthAreEncodedInOnePiece) {
  for (const auto pace : {Pace::kAwaited, Pace::kAtHand}) {
    const auto encoded = pieces_of({"abc", "def", "ghi"}, pace, ContentCoding::kGzip, Flushing::kAtEnd);
    ASSERT_EQ(encoded.size(), 1U);
    EXPECT_EQ(gunzip(encoded[0]), "abcdefghi");
  }
}

TEST_F(Streams, OfAnyLengthComeOutWhole) {
  for (const std::size_t bytes : {0, 1, 16 * 1024, 300 * 1024, 1 << 20}) {
    for (const auto coding : {ContentCoding::kGzip, ContentCoding::kZstd}) {
      const auto text = text_of(bytes);
      std::vector<std::string> pieces;
      for (std::size_t at = 0; at < bytes; at += 10000) pieces.push_back(text.substr(at, 10000));
      for (const auto flushing : {Flushing::kAtEnd, Flushing::kWhenIdle}) {
        std::string encoded;
        for (const auto& piece : pieces_of(pieces, Pace::kAtHand, coding, flushing)) encoded += piece;
        EXPECT_EQ(decoded(coding, encoded), text) << bytes;
      }
    }
  }
}

TEST_F(Streams, ThatVanishDoNotKeepTheThread) {
  const std::vector pieces(64, std::string(64 * 1024, 'x'));  // 4 MiB, and a few KiB encoded
  const auto encoded = pieces_of(pieces, Pace::kAtHand, ContentCoding::kZstd, Flushing::kAtEnd);
  EXPECT_GE(encoded.size(), 12U);
}

TEST_F(Streams, PassErrorsOn) {
  const base::Error error{
      .code = base::ErrorCode::kReset, .fault = base::Fault::kBackend, .message = "reset", .detail = ""};
  EncodedBody body(std::make_unique<PieceBody>(std::vector<std::string>{"abc"}, Pace::kAtHand, bench_.loop, error),
                   ContentCoding::kGzip, Flushing::kAtEnd);
  EXPECT_TRUE(bench_.loop.run(read_all(&body)).ends_with("!reset"));
}

TEST_F(Streams, OfUnknownLengthAreJudgedByWhatIsThere) {
  const auto encoding = [this](std::vector<std::string> pieces, Pace pace) {
    const auto answer = [this, pieces, pace](Exchange&) {
      Response response;
      response.head = http::ResponseHead::of(200);
      response.body = std::make_unique<PieceBody>(pieces, pace, bench_.loop);
      return response;
    };
    const auto handler =
        bench_.make(with(&model::Middleware::compress, {}), std::make_shared<MadeNext<decltype(answer)>>(answer))
            .value();
    const auto response = bench_.ask(handler, gzip_);
    std::string whole;
    for (const auto& piece : pieces) whole += piece;
    const auto used = response["Content-Encoding"];
    EXPECT_EQ(used ? gunzip(response.content) : response.content, whole);
    return used.value_or("identity");
  };
  EXPECT_EQ(encoding({"short"}, Pace::kAtHand), "identity");
  EXPECT_EQ(encoding({}, Pace::kAtHand), "identity");
  EXPECT_EQ(encoding({text_of(600), text_of(600)}, Pace::kAtHand), "gzip");
  EXPECT_EQ(encoding({"data: 1\n\n"}, Pace::kAwaited), "gzip");  // who knows what will come
}

}  // namespace
}  // namespace gatehouse::edge
