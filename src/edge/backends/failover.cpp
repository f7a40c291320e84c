#include "edge/backends/failover.h"

#include <optional>
#include <utility>

#include "edge/exchange.h"
#include "edge/middleware/answer.h"
#include "edge/middleware/request_state.h"
#include "edge/middleware/taken_content.h"
#include "edge/worker_services.h"

namespace gatehouse::edge {

using async::Instant;
using async::Task;

bool Failover::is_up(Instant now) const { return settings_.first->is_up(now) || settings_.fallback->is_up(now); }

Task<Response> Failover::handle(Exchange& exchange) const {
  const auto now = exchange.worker().loop.now();
  if (settings_.first->is_up(now)) {
    return settings_.errors.empty() ? settings_.first->handle(exchange) : ask_both(exchange);
  }
  if (settings_.spares_down_fallback && !settings_.fallback->is_up(now)) return answer_status(503);
  return settings_.fallback->handle(exchange);
}

Task<Response> Failover::ask_both(Exchange& exchange) const {
  const RequestState state(exchange);
  std::optional<TakenContent> content;
  if (exchange.request_body) {
    auto taken = co_await take_content(std::move(exchange.request_body), settings_.body_bytes_max);
    if (!taken) {
      exchange.must_close = true;
      co_return status_response(status_of(taken.error()));
    }
    content = *std::move(taken);
    exchange.request_body = content->replay();
  }
  auto response = co_await settings_.first->handle(exchange);
  const bool is_error = !response.tunnel && settings_.errors.contains(response.head.status);
  if (!is_error || (content && !content->complete)) co_return std::move(response);
  response = Response();  // its connection may be of use
  state.restore(exchange);
  if (content) exchange.request_body = content->replay();
  co_return co_await settings_.fallback->handle(exchange);
}

}  // namespace gatehouse::edge
