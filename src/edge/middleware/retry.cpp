#include "edge/middleware/retry.h"

#include <cmath>
#include <optional>

#include "async/sleep.h"
#include "edge/exchange.h"
#include "edge/middleware/invalid_option.h"
#include "edge/middleware/request_state.h"
#include "edge/middleware/taken_content.h"
#include "edge/worker_services.h"
#include "model/status_ranges.h"

namespace gatehouse::edge {

using async::Task;
using base::ErrorCode;
using std::chrono::nanoseconds;

namespace {

// -1 asks for no limit: the memory of the edge is not one operator's to give away.
constexpr std::uint64_t kBodyBytesMax = 64 << 20;

struct Settings {
  std::int64_t attempts;
  nanoseconds initial_interval;
  nanoseconds timeout;
  model::StatusRanges statuses;
  bool on_network_error;
  bool any_method;
  std::uint64_t body_bytes_max;
};

// Methods that Traefik does not repeat by itself.
bool may_have_effect_twice(const http::Method& method) {
  return method.id == http::MethodId::kPost || method.id == http::MethodId::kPatch || method.token == "LOCK";
}

// Nothing of the request has reached anybody.
bool was_never_sent(const base::Error& error) {
  return error.code == ErrorCode::kRefused || error.code == ErrorCode::kUnreachable ||
         error.code == ErrorCode::kNotFound;
}

class Retry final : public Handler {
 public:
  Retry(Settings settings, HandlerPtr next) : settings_(std::move(settings)), next_(std::move(next)) {}

  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override {
    const auto started = std::chrono::steady_clock::now();
    const RequestState state(exchange);
    const bool repeatable = settings_.any_method || !may_have_effect_twice(exchange.request.method);
    std::optional<TakenContent> content;
    if (repeatable && exchange.request_body) {
      auto taken = co_await take_content(std::move(exchange.request_body), settings_.body_bytes_max);
      if (!taken) {
        exchange.must_close = true;
        co_return status_response(status_of(taken.error()));
      }
      content = *std::move(taken);
      exchange.request_body = content->replay();
    }
    const bool may_send_twice = repeatable && (!content || content->complete);
    for (std::int64_t attempt = 1;; ++attempt) {
      auto response = co_await next_->handle(exchange);
      const auto pause = interval_after(attempt);
      if (attempt >= settings_.attempts || !calls_for_another(exchange, response, may_send_twice) ||
          is_over(started, pause)) {
        co_return std::move(response);
      }
      response = Response();  // its connection may be of use
      state.restore(exchange);
      if (content && content->complete) exchange.request_body = content->replay();
      ++exchange.record.retries;
      if (pause > nanoseconds::zero()) co_await async::sleep(exchange.worker().loop, pause);
    }
  }

 private:
  [[nodiscard]] bool calls_for_another(const Exchange& exchange, const Response& response, bool may_send_twice) const {
    if (response.tunnel) return false;
    if (const auto& error = exchange.backend_error; error && settings_.on_network_error) {
      if (was_never_sent(*error) || may_send_twice) return true;
    }
    return may_send_twice && settings_.statuses.contains(response.head.status);
  }

  // Grows with every attempt, to twice the first at the last one.
  [[nodiscard]] nanoseconds interval_after(std::int64_t attempt) const {
    if (settings_.attempts < 2) return {};
    const auto exponent = static_cast<double>(attempt - 1) / static_cast<double>(settings_.attempts - 1);
    return nanoseconds(
        static_cast<std::int64_t>(static_cast<double>(settings_.initial_interval.count()) * std::exp2(exponent)));
  }

  [[nodiscard]] bool is_over(std::chrono::steady_clock::time_point started, nanoseconds pause) const {
    return settings_.timeout > nanoseconds::zero() &&
           std::chrono::steady_clock::now() - started + pause >= settings_.timeout;
  }

  Settings settings_;
  HandlerPtr next_;
};

}  // namespace

base::Result<HandlerPtr> make_retry(const model::Retry& config, HandlerPtr next, const MiddlewareContext&) {
  if (config.attempts <= 0) return invalid_option("retry.attempts is missing, or below 1");
  if (config.initial_interval < nanoseconds::zero()) return invalid_option("retry.initialInterval is below 0");
  if (config.status.empty() && config.disable_retry_on_network_error) {
    return invalid_option("retry: with disableRetryOnNetworkError there must be a status to retry on");
  }
  auto statuses = model::StatusRanges::parse(config.status);
  if (!statuses) return base::fail(std::move(statuses).error().within("retry.status"));
  if (config.attempts == 1) return next;
  const auto body_bytes_max = config.max_request_body_bytes < 0
                                  ? kBodyBytesMax
                                  : std::min(kBodyBytesMax, static_cast<std::uint64_t>(config.max_request_body_bytes));
  return std::make_shared<Retry>(Settings{.attempts = config.attempts,
                                          .initial_interval = config.initial_interval,
                                          .timeout = config.timeout,
                                          .statuses = *std::move(statuses),
                                          .on_network_error = !config.disable_retry_on_network_error,
                                          .any_method = config.retry_non_idempotent_method,
                                          .body_bytes_max = body_bytes_max},
                                 std::move(next));
}

}  // namespace gatehouse::edge
