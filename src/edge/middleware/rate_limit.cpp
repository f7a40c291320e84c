#include "edge/middleware/rate_limit.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "async/sleep.h"
#include "edge/lasting.h"
#include "edge/middleware/answer.h"
#include "edge/middleware/buckets.h"
#include "edge/middleware/factory.h"
#include "edge/middleware/invalid_option.h"
#include "edge/middleware/request_source.h"
#include "edge/worker_services.h"
#include "model/duration.h"

namespace gatehouse::edge {

using async::Task;
using std::chrono::nanoseconds;

namespace {

constexpr std::chrono::milliseconds kWaitMax{500};

Response too_many_requests(nanoseconds wait) {
  auto response = status_response(429);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait);
  response.head.fields.set(http::FieldId::kRetryAfter, std::to_string(seconds.count()));
  response.head.fields.set("X-Retry-In", model::to_string(wait));
  return response;
}

class RateLimit final : public Handler {
 public:
  RateLimit(Buckets& buckets, const Buckets::Rate& rate, RequestSource source, std::string scope, HandlerPtr next)
      : buckets_(buckets), rate_(rate), source_(std::move(source)), scope_(std::move(scope)), next_(std::move(next)) {}

  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override {
    const auto key = buckets_.key_of(scope_ + source_.of(exchange));
    const auto wait = buckets_.take(key, rate_, std::chrono::steady_clock::now());
    if (wait == nanoseconds::zero()) return next_->handle(exchange);
    if (wait > rate_.wait_max) return answer(too_many_requests(wait));
    return wait_and_ask(exchange, wait);
  }

 private:
  [[nodiscard]] Task<Response> wait_and_ask(Exchange& exchange, nanoseconds wait) const {
    co_await async::sleep(exchange.worker().loop, wait);
    co_return co_await next_->handle(exchange);
  }

  Buckets& buckets_;
  Buckets::Rate rate_;
  RequestSource source_;
  std::string scope_;  // tells the buckets of this limit from those of others
  HandlerPtr next_;
};

}  // namespace

base::Result<HandlerPtr> make_rate_limit(const model::RateLimit& config, HandlerPtr next,
                                         const MiddlewareContext& context) {
  if (config.redis) {
    return base::fail(base::ErrorCode::kUnsupported, base::Fault::kOperator,
                      "rateLimit.redis is not supported: leave it out, limits are kept in memory");
  }
  if (config.average < 0) return invalid_option("rateLimit.average: {} is below 0; 0 is no limit", config.average);
  if (config.period < nanoseconds::zero()) return invalid_option("rateLimit.period is below 0");
  BASE_TRY(auto source,
           RequestSource::make("rateLimit.sourceCriterion", config.source_criterion, RequestSource::Kind::kAddress));
  if (config.average == 0) return next;
  const auto period = config.period == nanoseconds::zero() ? nanoseconds(std::chrono::seconds(1)) : config.period;
  const auto interval = std::max(period / config.average, nanoseconds(1));
  const Buckets::Rate rate{.interval = interval,
                           .burst = std::max<std::int64_t>(1, config.burst),
                           .wait_max = std::min<nanoseconds>(interval / 2, kWaitMax)};
  // With the rate in it: what was used up at another rate says nothing about this one.
  auto scope = fmt::format("{}\n{}\n{} {}\n", context.router, context.name, rate.interval.count(), rate.burst);
  return std::make_shared<RateLimit>(context.lasting.buckets, rate, std::move(source), std::move(scope),
                                     std::move(next));
}

}  // namespace gatehouse::edge
