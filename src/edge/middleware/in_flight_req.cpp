#include "edge/middleware/in_flight_req.h"

#include <utility>

#include "edge/exchange.h"
#include "edge/middleware/answer.h"
#include "edge/middleware/in_flight_table.h"
#include "edge/middleware/invalid_option.h"
#include "edge/middleware/request_source.h"

namespace gatehouse::edge {

using async::Task;

namespace {

// A request in flight, until it goes.
class Flight {
 public:
  Flight(std::shared_ptr<InFlightTable> table, std::size_t place) : table_(std::move(table)), place_(place) {}
  Flight(Flight&&) noexcept = default;
  Flight& operator=(Flight&&) = delete;
  ~Flight() {
    if (table_) table_->leave(place_);
  }

 private:
  std::shared_ptr<InFlightTable> table_;
  std::size_t place_;
};

// Hands the content on, and keeps the flight until the response goes. Also stands in where there is no content: what is
// sent then is a head, or a tunnel.
class FlightBody final : public http::Body {
 public:
  FlightBody(std::unique_ptr<http::Body> body, Flight flight) : body_(std::move(body)), flight_(std::move(flight)) {}

  Task<base::Result<std::string_view>> next() override {
    if (!body_) return nothing();
    return body_->next();
  }
  std::optional<std::string_view> next_now() override { return body_ ? body_->next_now() : std::string_view(); }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return body_ ? body_->remaining() : 0; }
  [[nodiscard]] const http::Fields* trailers() const override { return body_ ? body_->trailers() : nullptr; }

 private:
  static Task<base::Result<std::string_view>> nothing() { co_return std::string_view(); }

  std::unique_ptr<http::Body> body_;
  Flight flight_;
};

class InFlightReq final : public Handler {
 public:
  InFlightReq(std::int64_t limit, RequestSource source, HandlerPtr next)
      : limit_(limit), source_(std::move(source)), table_(std::make_shared<InFlightTable>()), next_(std::move(next)) {}

  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override {
    const auto place = table_->enter(source_.of(exchange), limit_);
    if (!place) return answer_status(429);
    return ask(exchange, Flight(table_, *place));
  }

 private:
  [[nodiscard]] Task<Response> ask(Exchange& exchange, Flight flight) const {
    auto response = co_await next_->handle(exchange);
    response.body = std::make_unique<FlightBody>(std::move(response.body), std::move(flight));
    co_return std::move(response);
  }

  std::int64_t limit_;
  RequestSource source_;
  std::shared_ptr<InFlightTable> table_;  // lives as long as the last flight
  HandlerPtr next_;
};

}  // namespace

base::Result<HandlerPtr> make_in_flight_req(const model::InFlightReq& config, HandlerPtr next,
                                            const MiddlewareContext&) {
  if (config.amount < 0) return invalid_option("inFlightReq.amount: {} is below 0", config.amount);
  BASE_TRY(auto source,
           RequestSource::make("inFlightReq.sourceCriterion", config.source_criterion, RequestSource::Kind::kHost));
  return std::make_shared<InFlightReq>(config.amount, std::move(source), std::move(next));
}

}  // namespace gatehouse::edge
