#include "edge/middleware/circuit_breaker.h"

#include <string>

#include <fmt/format.h>

#include "edge/exchange.h"
#include "edge/lasting.h"
#include "edge/middleware/answer.h"
#include "edge/middleware/circuit.h"
#include "edge/middleware/factory.h"
#include "edge/middleware/invalid_option.h"
#include "edge/worker_services.h"

namespace gatehouse::edge {

using async::Task;
using std::chrono::nanoseconds;

namespace {

class CircuitBreaker final : public Handler {
 public:
  CircuitBreaker(std::shared_ptr<Circuit> circuit, int status, std::string name, HandlerPtr next)
      : circuit_(std::move(circuit)), status_(status), name_(std::move(name)), next_(std::move(next)) {}

  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override {
    if (!circuit_->admits(Circuit::Time::clock::now())) return answer_status(status_);
    return ask(exchange);
  }

 private:
  [[nodiscard]] Task<Response> ask(Exchange& exchange) const {
    const auto started = Circuit::Time::clock::now();
    auto response = co_await next_->handle(exchange);
    const auto now = Circuit::Time::clock::now();
    if (circuit_->record(response.head.status, now - started, now)) {
      exchange.worker().log.warn("{}: the circuit is open, requests are refused for a while", name_);
    }
    co_return std::move(response);
  }

  std::shared_ptr<Circuit> circuit_;
  int status_;
  std::string name_;  // for the log
  HandlerPtr next_;
};

}  // namespace

base::Result<HandlerPtr> make_circuit_breaker(const model::CircuitBreaker& config, HandlerPtr next,
                                              const MiddlewareContext& context) {
  auto condition = CircuitExpression::parse(config.expression);
  if (!condition) return base::fail(std::move(condition).error().within("circuitBreaker.expression"));
  for (const auto time : {config.check_period, config.fallback_duration, config.recovery_duration}) {
    if (time < nanoseconds::zero()) return invalid_option("circuitBreaker: a time is below 0");
  }
  if (config.response_code < 100 || config.response_code > 999) {
    return invalid_option("circuitBreaker.responseCode: {} is no status", config.response_code);
  }
  // A time of 0 is one that nobody set.
  const auto or_default = [](nanoseconds time, nanoseconds otherwise) {
    return time == nanoseconds::zero() ? otherwise : time;
  };
  const model::CircuitBreaker defaults;
  Circuit::Rule rule{.condition = *std::move(condition),
                     .check_period = or_default(config.check_period, defaults.check_period),
                     .open_time = or_default(config.fallback_duration, defaults.fallback_duration),
                     .recovery_time = or_default(config.recovery_duration, defaults.recovery_duration)};
  // With the rule in it: another one begins anew.
  const auto key = fmt::format("{}\n{}\n{}\n{} {} {}", context.router, context.name, config.expression,
                               rule.check_period.count(), rule.open_time.count(), rule.recovery_time.count());
  auto circuit = context.lasting.circuits.find_or_make(key, std::move(rule));
  return std::make_shared<CircuitBreaker>(std::move(circuit), static_cast<int>(config.response_code),
                                          fmt::format("{} of {}", context.name, context.router), std::move(next));
}

}  // namespace gatehouse::edge
