#include "edge/middleware/buffering.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "edge/exchange.h"
#include "edge/middleware/invalid_option.h"
#include "edge/middleware/request_state.h"
#include "edge/middleware/retry_expression.h"
#include "edge/middleware/taken_content.h"

namespace gatehouse::edge {

using async::Task;
using base::Result;

namespace {

constexpr int kAttemptsMax = 10;

// What may be held of a content, and how long it may be.
struct Limits {
  std::uint64_t memory_bytes;
  std::uint64_t bytes_max;  // of the whole

  static Limits of(std::int64_t memory, std::int64_t max) {
    const auto bytes_max = max > 0 ? static_cast<std::uint64_t>(max) : std::numeric_limits<std::uint64_t>::max();
    return {.memory_bytes = std::min(static_cast<std::uint64_t>(memory), bytes_max), .bytes_max = bytes_max};
  }
};

base::Failure too_long(base::Fault fault) {
  return base::fail(base::ErrorCode::kLimit, fault, "the content is longer than buffering allows");
}

// Hands a content on and breaks off when it gets too long; for one that is too long to be held.
class LimitedBody final : public http::Body {
 public:
  LimitedBody(std::unique_ptr<http::Body> body, std::uint64_t bytes_max, base::Fault fault)
      : body_(std::move(body)), left_(bytes_max), fault_(fault) {}

  Task<Result<std::string_view>> next() override {
    BASE_CO_TRY(const auto piece, co_await body_->next());
    if (piece.size() > left_) co_return too_long(fault_);
    left_ -= piece.size();
    co_return piece;
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return body_->remaining(); }
  [[nodiscard]] const http::Fields* trailers() const override { return body_->trailers(); }

 private:
  std::unique_ptr<http::Body> body_;
  std::uint64_t left_;
  base::Fault fault_;
};

std::unique_ptr<http::Body> replay_within(const TakenContent& content, const Limits& limits, base::Fault fault) {
  auto body = content.replay();
  if (content.complete || limits.bytes_max == std::numeric_limits<std::uint64_t>::max()) return body;
  return std::make_unique<LimitedBody>(std::move(body), limits.bytes_max, fault);
}

// Takes the content in; kLimit when it is too long. One that says so itself is left where it is.
Task<Result<TakenContent>> take_within(std::unique_ptr<http::Body>& body, Limits limits, base::Fault fault) {
  const auto size = body->remaining();
  if (size && *size > limits.bytes_max) co_return too_long(fault);
  BASE_CO_TRY(auto content, co_await take_content(std::move(body), limits.memory_bytes));
  if (content.text->size() > limits.bytes_max) co_return too_long(fault);
  co_return content;
}

// A stream of events that is held back is no stream any more.
bool is_stream(const http::Fields& response) {
  const auto type = response.get(http::FieldId::kContentType);
  constexpr std::string_view kEvents = "text/event-stream";
  return base::iequals(type.substr(0, kEvents.size()), kEvents);
}

struct Settings {
  Limits request;
  Limits response;
  std::optional<RetryExpression> retry;
};

class Buffering final : public Handler {
 public:
  Buffering(Settings settings, HandlerPtr next) : settings_(std::move(settings)), next_(std::move(next)) {}

  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override {
    std::optional<TakenContent> content;
    if (exchange.request_body) {
      auto taken = co_await take_within(exchange.request_body, settings_.request, base::Fault::kClient);
      if (!taken) {
        exchange.must_close = true;  // what is left of the content is not worth reading
        co_return status_response(status_of(taken.error()));
      }
      content = *std::move(taken);
      exchange.request_body = replay_within(*content, settings_.request, base::Fault::kClient);
    }
    co_return co_await ask(exchange, std::move(content));
  }

 private:
  [[nodiscard]] Task<Response> ask(Exchange& exchange, std::optional<TakenContent> content) const {
    const RequestState state(exchange);
    for (int attempt = 1;; ++attempt) {
      auto response = co_await next_->handle(exchange);
      response = co_await hold(std::move(response));
      const bool may_repeat =
          settings_.retry && attempt < kAttemptsMax && !response.tunnel && (!content || content->complete);
      const Attempt outcome{attempt, response.head.status, exchange.request.method.token};
      if (!may_repeat || !settings_.retry->holds(outcome)) co_return std::move(response);
      state.restore(exchange);
      if (content) exchange.request_body = replay_within(*content, settings_.request, base::Fault::kClient);
      ++exchange.record.retries;
    }
  }

  // The response with its content in memory, or as much of it as may be.
  [[nodiscard]] Task<Response> hold(Response response) const {
    if (!response.body || response.tunnel || is_stream(response.head.fields)) co_return std::move(response);
    const auto content = co_await take_within(response.body, settings_.response, base::Fault::kInternal);
    if (!content) {
      const bool too_long = content.error().code == base::ErrorCode::kLimit;
      co_return status_response(too_long ? 500 : status_of(content.error()));
    }
    response.body = replay_within(*content, settings_.response, base::Fault::kInternal);
    co_return std::move(response);
  }

  Settings settings_;
  HandlerPtr next_;
};

Result<void> check_limit(std::string_view option, std::int64_t bytes) {
  if (bytes < 0) return invalid_option("buffering.{}: {} is below 0; 0 is no limit", option, bytes);
  return {};
}

}  // namespace

Result<HandlerPtr> make_buffering(const model::Buffering& config, HandlerPtr next, const MiddlewareContext&) {
  BASE_CHECK(check_limit("maxRequestBodyBytes", config.max_request_body_bytes));
  BASE_CHECK(check_limit("memRequestBodyBytes", config.mem_request_body_bytes));
  BASE_CHECK(check_limit("maxResponseBodyBytes", config.max_response_body_bytes));
  BASE_CHECK(check_limit("memResponseBodyBytes", config.mem_response_body_bytes));
  Settings settings{.request = Limits::of(config.mem_request_body_bytes, config.max_request_body_bytes),
                    .response = Limits::of(config.mem_response_body_bytes, config.max_response_body_bytes),
                    .retry = {}};
  if (!config.retry_expression.empty()) {
    auto expression = RetryExpression::parse(config.retry_expression);
    if (!expression) return base::fail(std::move(expression).error().within("buffering.retryExpression"));
    settings.retry = *std::move(expression);
  }
  return std::make_shared<Buffering>(std::move(settings), std::move(next));
}

}  // namespace gatehouse::edge
