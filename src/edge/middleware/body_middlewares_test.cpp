#include <gtest/gtest.h>

#include "edge/middleware/retry_expression.h"
#include "edge/middleware/sniff.h"
#include "edge/middleware/taken_content.h"
#include "edge/middleware/test_support.h"

namespace gatehouse::edge {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;
using namespace std::string_view_literals;

const Error kRefused{.code = ErrorCode::kRefused, .fault = Fault::kBackend, .message = "refused", .detail = ""};
const Error kReset{.code = ErrorCode::kReset, .fault = Fault::kBackend, .message = "reset", .detail = ""};

class Bodies : public testing::Test {
 protected:
  using Answer = FakeNext::Answer;

  TestResponse ask(const model::Middleware& config, std::vector<Answer> answers, const TestRequest& request = {}) {
    next_ = std::make_shared<FakeNext>(std::move(answers));
    return bench_.ask(bench_.make(config, next_).value(), request);
  }
  std::string error(const model::Middleware& config) {
    const auto made = bench_.make(config, std::make_shared<FakeNext>());
    return made ? "none" : made.error().message;
  }

  Workbench bench_;
  std::shared_ptr<FakeNext> next_;
};

TEST_F(Bodies, TakenContentIsReplayed) {
  const auto take = [this](std::vector<std::string> pieces, std::uint64_t bytes_max) {
    auto body = std::make_unique<PieceBody>(std::move(pieces), PieceBody::Pace::kAwaited, bench_.loop);
    return bench_.loop.run(take_content(std::move(body), bytes_max)).value();
  };
  const auto whole = take({"ab", "cd"}, 4);
  EXPECT_TRUE(whole.complete);
  for (int i = 0; i < 2; ++i) {
    const auto body = whole.replay();
    EXPECT_EQ(body->remaining(), 4U);
    EXPECT_EQ(bench_.loop.run(read_all(body.get())), "abcd");
    EXPECT_EQ(body->remaining(), 0U);
  }
  const auto part = take({"ab", "cd", "ef"}, 3);
  EXPECT_FALSE(part.complete);
  EXPECT_EQ(*part.text, "abcd");
  EXPECT_EQ(part.replay()->remaining(), std::nullopt);
  EXPECT_EQ(bench_.loop.run(read_all(part.replay().get())), "abcdef");
  EXPECT_TRUE(take({}, 0).complete);
  const auto long_text = bench_.loop.run(take_content(std::make_unique<http::TextBody>("abcd"), 3)).value();
  EXPECT_EQ(*long_text.text, "");
  EXPECT_EQ(long_text.replay()->remaining(), 4U);
}

model::Middleware errors(auto set) {
  model::ErrorPages config;
  config.status = {"500-501", "503-599"};
  config.service = "pages";
  config.query = "/test";
  set(config);
  return with(&model::Middleware::errors, config);
}

TEST_F(Bodies, ErrorsAreAnsweredWithPages) {
  const auto pages = std::make_shared<FakeNext>(std::vector{Answer{.fields = {{"X-Page", "1"}}, .content = "sorry"}});
  bench_.pages = pages;
  const auto config = errors([](auto&) {});
  EXPECT_EQ(ask(config, {{.status = 502}}).status, 502);
  EXPECT_EQ(ask(config, {{.status = 200}}).content, "hello");
  EXPECT_TRUE(pages->seen.empty());
  const auto response = ask(config, {{.status = 500, .fields = {{"X-Backend", "1"}}}},
                            {.target = "/x",
                             .method = "POST",
                             .fields = {{"Cookie", "c"}, {"If-None-Match", "\"x\""}, {"Content-Type", "text/x"}},
                             .content = "body"});
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.content, "sorry");
  EXPECT_EQ(response["X-Page"], "1");
  EXPECT_EQ(response["X-Backend"], std::nullopt);
  const auto& seen = pages->seen.at(0);
  EXPECT_EQ(seen.method, "GET");
  EXPECT_EQ(seen.target, "/test");
  EXPECT_EQ(seen.content, "");
  EXPECT_EQ(seen["Host"], "example.com");
  EXPECT_EQ(seen["Cookie"], "c");
  EXPECT_EQ(seen["If-None-Match"], std::nullopt);
  EXPECT_EQ(seen["Content-Type"], std::nullopt);
  EXPECT_EQ(bench_.method_left.id, http::MethodId::kPost);
}

TEST_F(Bodies, ErrorPagesAreToldOfTheRequest) {
  const auto pages = std::make_shared<FakeNext>();
  bench_.pages = pages;
  const auto page = [&](std::string query, int status, const TestRequest& request = {.target = "/t?foo=bar&b=a b"}) {
    const auto response = ask(errors([&](auto& c) {
                                c.query = std::move(query);
                                c.status_rewrites = {{"503", 404}, {"505-510", 500}};
                              }),
                              {{.status = status}}, request);
    return pages->seen.back().target + " " + std::to_string(response.status);
  };
  EXPECT_EQ(page("/?status={status}&url={url}", 500, {.target = "/test?foo=bar", .host = "localhost"}),
            "/?status=500&url=http%3A%2F%2Flocalhost%2Ftest%3Ffoo%3Dbar 500");
  EXPECT_EQ(page("{status}/{originalStatus}.html", 503), "/404/503.html 404");
  EXPECT_EQ(page("/{status}{status}", 507), "/500500 500");
  EXPECT_EQ(page("/{unknown}", 500), "/{unknown} 500");
  EXPECT_EQ(page("", 500), "/ 500");
  EXPECT_EQ(page("/{url}", 500, {.target = "/a", .secure = true}), "/https%3A%2F%2Fexample.com%2Fa 500");
}

TEST_F(Bodies, ErrorPagesGetTheHeadersThatTheyMay) {
  const auto pages = std::make_shared<FakeNext>();
  bench_.pages = pages;
  ask(errors([](auto& c) { c.error_request_headers = std::vector<std::string>{"accept"}; }), {{.status = 500}},
      {.fields = {{"Accept", "a"}, {"Cookie", "c"}}});
  EXPECT_EQ(pages->seen.at(0)["Accept"], "a");
  EXPECT_EQ(pages->seen.at(0)["Host"], "example.com");
  EXPECT_EQ(pages->seen.at(0)["Cookie"], std::nullopt);
}

TEST_F(Bodies, ErrorsRefusesOptionsWithoutMeaning) {
  bench_.pages = std::make_shared<FakeNext>();
  EXPECT_EQ(error(errors([](auto& c) { c.service = ""; })),
            "errors.service is missing: name the service that has the pages");
  EXPECT_EQ(error(errors([](auto& c) { c.service = "none"; })), "errors.service: the service does not exist");
  EXPECT_TRUE(error(errors([](auto& c) { c.status = {"abc"}; })).starts_with("errors.status: "));
  EXPECT_TRUE(error(errors([](auto& c) { c.status_rewrites = {{"x", 500}}; })).starts_with("errors.statusRewrites: "));
  EXPECT_EQ(error(errors([](auto& c) { c.status_rewrites = {{"500", 99}}; })),
            "errors.statusRewrites.500: 99 is no status");
}

model::Middleware buffering(auto set) {
  model::Buffering config;
  set(config);
  return with(&model::Middleware::buffering, config);
}

TEST_F(Bodies, BufferingLimitsRequests) {
  const auto config = buffering([](auto& c) { c.max_request_body_bytes = 4; });
  EXPECT_EQ(ask(config, {{}}, {.method = "POST", .content = "1234"}).status, 200);
  EXPECT_EQ(next_->seen.at(0).content, "1234");
  const auto refused = ask(config, {{}}, {.method = "POST", .content = "12345"});
  EXPECT_EQ(refused.status, 413);
  EXPECT_TRUE(next_->seen.empty());
  EXPECT_EQ(ask(config, {{}}).status, 200);
}

TEST_F(Bodies, BufferingLimitsResponses) {
  const auto config = buffering([](auto& c) { c.max_response_body_bytes = 4; });
  EXPECT_EQ(ask(config, {{.content = "1234"}}).content, "1234");
  EXPECT_EQ(ask(config, {{.content = "12345"}}).status, 500);
  EXPECT_EQ(ask(config, {{.fields = {{"Content-Type", "text/event-stream"}}, .content = "12345"}}).status, 200);
}

TEST_F(Bodies, BufferingLetsFlowWhatMemoryMayNotHold) {
  const auto config = buffering([](auto& c) {
    c.mem_request_body_bytes = 2;
    c.mem_response_body_bytes = 2;
    c.max_response_body_bytes = 100;
  });
  const auto response = ask(config, {{.content = "12345"}}, {.method = "POST", .content = "12345"});
  EXPECT_EQ(next_->seen.at(0).content, "12345");
  EXPECT_EQ(response.content, "12345");
}

TEST_F(Bodies, BufferingCountsWhatFlows) {
  const auto answer = [this](Exchange&) {
    Response response;
    response.head = http::ResponseHead::of(200);
    response.body = std::make_unique<PieceBody>(std::vector<std::string>{"123", "456", "789"}, PieceBody::Pace::kAtHand,
                                                bench_.loop);
    return response;
  };
  const auto next = std::make_shared<MadeNext<decltype(answer)>>(answer);
  const auto content = [&](std::int64_t max) {
    const auto config = buffering([max](auto& c) {
      c.mem_response_body_bytes = 2;
      c.max_response_body_bytes = max;
    });
    return bench_.ask(bench_.make(config, next).value()).content;
  };
  EXPECT_EQ(content(9), "123456789");
  EXPECT_EQ(content(8), "123456!the content is longer than buffering allows");
  EXPECT_EQ(content(2), "Internal Server Error");
}

TEST_F(Bodies, BufferingAsksAgain) {
  const auto config = buffering([](auto& c) { c.retry_expression = "IsNetworkError() && Attempts() <= 2"; });
  const TestRequest post{.method = "POST", .content = "body"};
  EXPECT_EQ(ask(config, {{.status = 502}, {.status = 504}, {}}, post).status, 200);
  EXPECT_EQ(next_->seen.size(), 3U);
  EXPECT_EQ(next_->seen.at(2).content, "body");
  EXPECT_EQ(bench_.retries, 2U);
  EXPECT_EQ(ask(config, {{.status = 502}}, post).status, 502);
  EXPECT_EQ(next_->seen.size(), 3U);
  EXPECT_EQ(ask(buffering([](auto& c) { c.retry_expression = "ResponseCode() == 502"; }), {{.status = 502}}).status,
            502);
  EXPECT_EQ(next_->seen.size(), 10U);
}

TEST(RetryExpression, FollowsGosPrecedence) {
  const auto holds = [](std::string_view text, Attempt attempt) {
    return RetryExpression::parse(text).value().holds(attempt);
  };
  EXPECT_TRUE(holds("IsNetworkError()", {.status = 504}));
  EXPECT_FALSE(holds("IsNetworkError()", {.status = 503}));
  EXPECT_TRUE(holds(" Attempts( ) < 2||ResponseCode()>=500&&ResponseCode()!=503 ", {.number = 1, .status = 200}));
  EXPECT_FALSE(holds("Attempts() < 2 || ResponseCode() >= 500 && ResponseCode() != 503", {.number = 2, .status = 503}));
  EXPECT_FALSE(
      holds("(Attempts() < 2 || ResponseCode() >= 500) && ResponseCode() != 200", {.number = 1, .status = 200}));
  EXPECT_TRUE(holds("!(Attempts() > 1)", {.number = 1}));
  EXPECT_TRUE(holds("RequestMethod() == \"GET\"", {.method = "GET"}));
  EXPECT_FALSE(holds("RequestMethod() != `GET`", {.method = "GET"}));
}

TEST(RetryExpression, SaysWhatItCannotRead) {
  for (const auto* text :
       {"", "Attempts()", "Attempts() <", "Attempts() < 1 &&", "(IsNetworkError()", "IsNetworkError() x",
        "Latency() > 1", "RequestMethod() == GET", "RequestMethod() == \"GET", "Attempts() == 99999999999"}) {
    EXPECT_FALSE(RetryExpression::parse(text)) << text;
  }
  EXPECT_FALSE(RetryExpression::parse(std::string(1000, '(')));
  EXPECT_FALSE(RetryExpression::parse(std::string(1000, '!')));
  EXPECT_EQ(RetryExpression::parse("Attempts() = 1").error().message,
            "`Attempts() = 1`: expected a comparison such as == at \"= 1\"");
}

model::Middleware retry(std::int64_t attempts, auto set) {
  model::Retry config;
  config.attempts = attempts;
  set(config);
  return with(&model::Middleware::retry, config);
}
model::Middleware retry(std::int64_t attempts) {
  return retry(attempts, [](auto&) {});
}

TEST_F(Bodies, RetryAsksAgainAfterNetworkErrors) {
  const Answer refused{.status = 502, .error = kRefused};
  EXPECT_EQ(ask(retry(3), {refused, refused, {}}).status, 200);
  EXPECT_EQ(bench_.retries, 2U);
  EXPECT_EQ(ask(retry(2), {refused, refused, {}}).status, 502);
  EXPECT_EQ(next_->seen.size(), 2U);
  EXPECT_EQ(ask(retry(3), {{.status = 502}, {}}).status, 502);  // the backend's own answer
  EXPECT_EQ(ask(retry(3,
                      [](auto& c) {
                        c.disable_retry_on_network_error = true;
                        c.status = {"503"};
                      }),
                {refused, {}})
                .status,
            502);
}

TEST_F(Bodies, RetrySendsNothingTwiceThatMayHaveAnEffectTwice) {
  const TestRequest post{.method = "POST", .content = "body"};
  EXPECT_EQ(ask(retry(3), {{.status = 502, .error = kReset}, {}}, post).status, 502);
  EXPECT_EQ(ask(retry(3), {{.status = 502, .error = kReset}, {}}, {.method = "PUT", .content = "body"}).status, 200);
  EXPECT_EQ(next_->seen.at(1).content, "body");
  const auto statuses = [](bool any_method) {
    return retry(3, [any_method](auto& c) {
      c.status = {"500-599"};
      c.retry_non_idempotent_method = any_method;
    });
  };
  EXPECT_EQ(ask(statuses(false), {{.status = 503}, {}}, post).status, 503);
  EXPECT_EQ(ask(statuses(true), {{.status = 503}, {}}, post).status, 200);
  EXPECT_EQ(next_->seen.at(1).content, "body");
  EXPECT_EQ(ask(statuses(false), {{.status = 503}, {.status = 404}, {}}).status, 404);
}

TEST_F(Bodies, RetryDoesNotRepeatWhatItCannotHold) {
  const auto config = retry(3, [](auto& c) {
    c.status = {"503"};
    c.max_request_body_bytes = 3;
  });
  EXPECT_EQ(ask(config, {{.status = 503}, {}}, {.method = "PUT", .content = "1234"}).status, 503);
  EXPECT_EQ(next_->seen.at(0).content, "1234");
  EXPECT_EQ(ask(config, {{.status = 503}, {}}, {.method = "PUT", .content = "123"}).status, 200);
}

TEST_F(Bodies, RetryAsksWithTheRequestAsItWas) {
  const auto backend = std::make_shared<FakeNext>(std::vector{Answer{.status = 503}, Answer{}});
  model::Headers headers;
  headers.custom_request_headers = {{"X-Forwarded-For", ""}};
  auto inner = bench_.make(with(&model::Middleware::strip_prefix, {.prefixes = {"/a"}}), backend).value();
  inner = bench_.make(with(&model::Middleware::headers, headers), inner).value();
  const auto config = retry(2, [](auto& c) { c.status = {"503"}; });
  EXPECT_EQ(bench_.ask(bench_.make(config, inner).value(), {.target = "/a/a/b"}).status, 200);
  EXPECT_EQ(backend->seen.at(1).target, "/a/b");
  EXPECT_EQ(backend->seen.at(1)["X-Forwarded-Prefix"], "/a");
}

TEST_F(Bodies, RetryWaitsAndGivesUpInTime) {
  const auto config = retry(100, [](auto& c) {
    c.status = {"503"};
    c.initial_interval = std::chrono::milliseconds(4);
    c.timeout = std::chrono::milliseconds(20);
  });
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(ask(config, {{.status = 503}}).status, 503);
  EXPECT_GE(next_->seen.size(), 2U);
  EXPECT_LE(next_->seen.size(), 5U);
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(4));
}

TEST_F(Bodies, RetryRefusesOptionsWithoutMeaning) {
  EXPECT_EQ(error(retry(0)), "retry.attempts is missing, or below 1");
  EXPECT_EQ(error(retry(2, [](auto& c) { c.disable_retry_on_network_error = true; })),
            "retry: with disableRetryOnNetworkError there must be a status to retry on");
  EXPECT_TRUE(error(retry(2, [](auto& c) { c.status = {"x"}; })).starts_with("retry.status: "));
  EXPECT_TRUE(error(buffering([](auto& c) { c.retry_expression = "x"; })).starts_with("buffering.retryExpression: "));
  EXPECT_EQ(error(buffering([](auto& c) { c.mem_request_body_bytes = -1; })),
            "buffering.memRequestBodyBytes: -1 is below 0; 0 is no limit");
}

TEST(Sniff, KnowsTheUsualTypes) {
  EXPECT_EQ(sniff_content_type("\n <!doctype html>"), "text/html; charset=utf-8");
  EXPECT_EQ(sniff_content_type("<br>"), "text/html; charset=utf-8");
  EXPECT_EQ(sniff_content_type("<broken"), "text/plain; charset=utf-8");
  EXPECT_EQ(sniff_content_type("<!--x"), "text/html; charset=utf-8");
  EXPECT_EQ(sniff_content_type("<?xml version"), "text/xml; charset=utf-8");
  EXPECT_EQ(sniff_content_type("\x89PNG\r\n\x1a\n..."), "image/png");
  EXPECT_EQ(sniff_content_type("RIFF1234WEBPVP8 "), "image/webp");
  EXPECT_EQ(sniff_content_type("RIFF1234WAVEfmt"), "audio/wave");
  EXPECT_EQ(sniff_content_type("%PDF-1.7"), "application/pdf");
  EXPECT_EQ(sniff_content_type("{\"a\": 1}"), "text/plain; charset=utf-8");
  EXPECT_EQ(sniff_content_type("a\x01"sv), "application/octet-stream");
  EXPECT_EQ(sniff_content_type(""), "text/plain; charset=utf-8");
}

TEST_F(Bodies, ContentTypeIsGuessedOnlyWhereThereIsNone) {
  const auto type = [this](Lines fields, std::string content) {
    const auto answer = [fields, content](Exchange&) {
      auto response = text_response(200, content);
      response.head.fields.remove(http::FieldId::kContentType);
      for (const auto& [name, value] : fields) response.head.fields.set(name, value);
      return response;
    };
    const auto handler =
        bench_.make(with(&model::Middleware::content_type, {}), std::make_shared<MadeNext<decltype(answer)>>(answer))
            .value();
    const auto response = bench_.ask(handler);
    EXPECT_EQ(response.content, content);
    return response["Content-Type"].value_or("-");
  };
  EXPECT_EQ(type({}, "<html>"), "text/html; charset=utf-8");
  EXPECT_EQ(type({}, ""), "-");
  EXPECT_EQ(type({{"Content-Type", "text/x"}}, "<html>"), "text/x");
  EXPECT_EQ(type({{"Content-Encoding", "br"}}, "<html>"), "-");
}

TEST_F(Bodies, FactoryWantsExactlyOneSupportedType) {
  EXPECT_EQ(error({}), "the middleware has no type: set one, such as addPrefix or headers");
  auto two = retry(2);
  two.add_prefix = model::AddPrefix{"/a"};
  EXPECT_EQ(error(two), "the middleware has 2 types: give each a name of its own and list them in the router");
  model::Middleware plugin;
  plugin.plugin["geo"];
  const auto made = bench_.make(plugin, std::make_shared<FakeNext>());
  EXPECT_EQ(made.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(made.error().message, "the middleware type plugin is not supported yet: remove it from the router");
}

}  // namespace
}  // namespace gatehouse::edge
