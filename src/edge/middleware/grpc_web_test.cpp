#include <gtest/gtest.h>

#include "edge/middleware/grpc_web_body.h"
#include "edge/middleware/test_support.h"
#include "format/base64.h"

namespace gatehouse::edge {
namespace {

const std::string kMessage("\0\0\0\0\2hi", 7);

// Content with trailers behind it.
class TrailedBody final : public http::Body {
 public:
  explicit TrailedBody(std::string text) : text_(std::move(text)) {
    trailers_.add("Grpc-Status", "0");
    trailers_.add("Grpc-Message", "fine");
  }
  async::Task<base::Result<std::string_view>> next() override { co_return text_.next_now().value(); }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return std::nullopt; }
  [[nodiscard]] const http::Fields* trailers() const override { return &trailers_; }

 private:
  http::TextBody text_;
  http::Fields trailers_;
};

HandlerPtr service() {
  return std::make_shared<MadeNext<Response (*)(Exchange&)>>([](Exchange&) {
    Response response;
    response.head = http::ResponseHead::of(200);
    response.head.fields.set(http::FieldId::kContentType, "application/grpc+proto");
    response.head.fields.set("X-Own", "1");
    response.body = std::make_unique<TrailedBody>(kMessage);
    return response;
  });
}

HandlerPtr around(Workbench& bench, HandlerPtr next, std::vector<std::string> origins = {"https://page.test"}) {
  return bench
      .make(with<model::GrpcWeb>(&model::Middleware::grpc_web, {.allow_origins = std::move(origins)}), std::move(next))
      .value();
}

TestRequest call(std::string type, std::string content = kMessage, std::string origin = "https://page.test") {
  return {.method = "POST", .fields = {{"Content-Type", type}, {"Origin", origin}}, .content = std::move(content)};
}

const std::string kTrailers = "grpc-status: 0\r\ngrpc-message: fine\r\n";
const std::string kFrame = std::string("\x80\0\0\0", 4) + static_cast<char>(kTrailers.size()) + kTrailers;

}  // namespace

TEST(GrpcWeb, TrailersBecomeTheLastFrame) {
  Workbench bench;
  const auto reply = bench.ask(around(bench, service()), call("application/grpc-web+proto"));
  EXPECT_EQ(reply["Content-Type"], "application/grpc-web+proto");
  EXPECT_EQ(reply.content, kMessage + kFrame);
  EXPECT_EQ(reply["Access-Control-Allow-Origin"], "https://page.test");
  EXPECT_EQ(reply["Access-Control-Allow-Credentials"], "true");
  EXPECT_EQ(reply["Access-Control-Expose-Headers"], "grpc-status, grpc-message, content-type, x-own, vary");
}

TEST(GrpcWeb, ServiceGetsPlainGrpc) {
  Workbench bench;
  const auto next = std::make_shared<FakeNext>();
  bench.ask(around(bench, next), call("application/grpc-web"));
  EXPECT_EQ(next->seen.back()["Content-Type"], "application/grpc");
  EXPECT_EQ(next->seen.back()["Te"], "trailers");
  EXPECT_EQ(next->seen.back().content, kMessage);
}

TEST(GrpcWeb, TextIsDecodedAndEncoded) {
  Workbench bench;
  const auto next = std::make_shared<FakeNext>();
  // Two pieces with a padding each.
  const auto text = format::encode_base64(kMessage) + format::encode_base64("more");
  bench.ask(around(bench, next), call("application/grpc-web-text+proto", text));
  EXPECT_EQ(next->seen.back().content, kMessage + "more");
  EXPECT_EQ(next->seen.back()["Content-Type"], "application/grpc+proto");
  const auto reply = bench.ask(around(bench, service()), call("application/grpc-web-text", ""));
  EXPECT_EQ(reply["Content-Type"], "application/grpc-web-text+proto");
  EXPECT_EQ(reply.content, format::encode_base64(kMessage) + format::encode_base64(kFrame));
}

TEST(GrpcWeb, TextMayBeSplitAnywhereAndMustBeBase64) {
  async::Loop loop;
  const auto text = format::encode_base64("hello world");
  const auto decode = [&loop](std::vector<std::string> pieces) {
    DecodedBody body(std::make_unique<PieceBody>(std::move(pieces), PieceBody::Pace::kAwaited, loop));
    return loop.run(read_all(&body));
  };
  for (std::size_t at = 0; at <= text.size(); ++at) {
    std::vector<std::string> pieces = {text.substr(0, at), text.substr(at)};
    std::erase(pieces, "");
    EXPECT_EQ(decode(pieces), "hello world") << at;
  }
  EXPECT_EQ(decode({"aGVs", "b"}), "hel!the content of the request ends in the middle of its base64");
  EXPECT_EQ(decode({"a?Vs"}), "!the content of the request is no base64");
}

TEST(GrpcWeb, PreflightsOfAllowedOriginsAreAnswered) {
  Workbench bench;
  const auto next = std::make_shared<FakeNext>();
  TestRequest preflight{.method = "OPTIONS",
                        .fields = {{"Origin", "https://page.test"},
                                   {"Access-Control-Request-Method", "POST"},
                                   {"Access-Control-Request-Headers", "content-type,x-grpc-web"}}};
  const auto reply = bench.ask(around(bench, next), preflight);
  EXPECT_EQ(reply.status, 204);
  EXPECT_EQ(reply["Access-Control-Allow-Origin"], "https://page.test");
  EXPECT_EQ(reply["Access-Control-Allow-Methods"], "POST");
  EXPECT_EQ(reply["Access-Control-Allow-Headers"], "content-type,x-grpc-web");
  EXPECT_EQ(reply["Access-Control-Max-Age"], "600");
  EXPECT_EQ(bench.ask(around(bench, next, {"https://other.test"}), preflight)["Access-Control-Allow-Origin"],
            std::nullopt);
  EXPECT_EQ(bench.ask(around(bench, next, {"*"}), preflight)["Access-Control-Allow-Origin"], "https://page.test");
  EXPECT_TRUE(next->seen.empty());
}

TEST(GrpcWeb, OtherRequestsPassUntouched) {
  Workbench bench;
  const auto next = std::make_shared<FakeNext>();
  const auto handler = around(bench, next);
  EXPECT_EQ(bench.ask(handler, call("application/grpc")).content, "hello");
  EXPECT_EQ(next->seen.back()["Content-Type"], "application/grpc");
  EXPECT_EQ(bench.ask(handler, {.method = "GET"})["Vary"], std::nullopt);
  // A preflight that is not about gRPC-Web.
  bench.ask(handler, {.method = "OPTIONS", .fields = {{"Access-Control-Request-Method", "POST"}}});
  EXPECT_EQ(next->seen.back().method, "OPTIONS");
}

TEST(GrpcWeb, OriginThatIsNotAllowedMayNotRead) {
  Workbench bench;
  const auto reply = bench.ask(around(bench, service()), call("application/grpc-web", kMessage, "https://evil.test"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply["Access-Control-Allow-Origin"], std::nullopt);
  EXPECT_EQ(reply["Vary"], "Origin");
}

}  // namespace gatehouse::edge
