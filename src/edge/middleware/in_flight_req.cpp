#include "edge/middleware/in_flight_req.h"

#include <utility>

#include "edge/exchange.h"
#include "edge/holding_body.h"
#include "edge/lasting.h"
#include "edge/middleware/answer.h"
#include "edge/middleware/factory.h"
#include "edge/middleware/in_flight_table.h"
#include "edge/middleware/invalid_option.h"
#include "edge/middleware/request_source.h"

namespace gatehouse::edge {

using async::Task;

namespace {

// A request in flight, until it goes.
class Place {
 public:
  Place(std::shared_ptr<InFlightTable> table, std::size_t place) : table_(std::move(table)), place_(place) {}
  Place(Place&&) noexcept = default;
  Place& operator=(Place&&) = delete;
  ~Place() {
    if (table_) table_->leave(place_);
  }

 private:
  std::shared_ptr<InFlightTable> table_;
  std::size_t place_;
};

class InFlightReq final : public Handler {
 public:
  InFlightReq(std::int64_t limit, RequestSource source, std::shared_ptr<InFlightTable> table, HandlerPtr next)
      : limit_(limit), source_(std::move(source)), table_(std::move(table)), next_(std::move(next)) {}

  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override {
    const auto place = table_->enter(source_.of(exchange), limit_);
    if (!place) return answer_status(429);
    return ask(exchange, Place(table_, *place));
  }

 private:
  [[nodiscard]] Task<Response> ask(Exchange& exchange, Place place) const {
    auto response = co_await next_->handle(exchange);
    response.body = hold(std::move(response.body), std::move(place));
    co_return std::move(response);
  }

  std::int64_t limit_;
  RequestSource source_;
  std::shared_ptr<InFlightTable> table_;  // lives as long as the last flight, and goes on with the next snapshot
  HandlerPtr next_;
};

}  // namespace

base::Result<HandlerPtr> make_in_flight_req(const model::InFlightReq& config, HandlerPtr next,
                                            const MiddlewareContext& context) {
  if (config.amount < 0) return invalid_option("inFlightReq.amount: {} is below 0", config.amount);
  BASE_TRY(auto source,
           RequestSource::make("inFlightReq.sourceCriterion", config.source_criterion, RequestSource::Kind::kHost));
  auto table = context.lasting.in_flight.find_or_make(context.router + "\n" + context.name);
  return std::make_shared<InFlightReq>(config.amount, std::move(source), std::move(table), std::move(next));
}

}  // namespace gatehouse::edge
