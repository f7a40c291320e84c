#include "edge/backends/service_choice.h"

#include <algorithm>
#include <utility>

#include "edge/exchange.h"
#include "edge/middleware/answer.h"
#include "edge/worker_services.h"

namespace gatehouse::edge {

using async::Instant;
using async::Task;

ServiceChoice::ServiceChoice(ServiceChoiceSettings settings)
    : settings_(std::move(settings)), schedule_(settings_.weights), rendezvous_(settings_.names, settings_.weights) {}

bool ServiceChoice::is_usable(std::uint32_t child, Instant now) const {
  return !settings_.leaves_out_down || settings_.children[child]->is_up(now);
}

bool ServiceChoice::is_up(Instant now) const {
  return std::ranges::any_of(settings_.children, [now](const auto& child) { return child->is_up(now); });
}

std::optional<std::uint32_t> ServiceChoice::choose(const Exchange& exchange) const {
  const auto usable = [this, now = exchange.worker().loop.now()](std::uint32_t child) { return is_usable(child, now); };
  return settings_.by_address ? rendezvous_.choose(exchange.client().address_text, usable) : schedule_.next(usable);
}

Task<Response> ServiceChoice::handle(Exchange& exchange) const {
  if (settings_.sticky) {
    const auto held = settings_.sticky->chosen(exchange.request.fields);
    if (held && is_usable(held->choice, exchange.worker().loop.now())) {
      if (held->outdated) return ask_and_remember(exchange, held->choice);
      return settings_.children[held->choice]->handle(exchange);
    }
  }
  const auto choice = choose(exchange);
  if (!choice) return answer(no_server_response(exchange, settings_.name));
  if (settings_.sticky) return ask_and_remember(exchange, *choice);
  return settings_.children[*choice]->handle(exchange);
}

Task<Response> ServiceChoice::ask_and_remember(Exchange& exchange, std::uint32_t choice) const {
  auto response = co_await settings_.children[choice]->handle(exchange);
  settings_.sticky->remember(choice, response.head.fields);
  co_return std::move(response);
}

}  // namespace gatehouse::edge
