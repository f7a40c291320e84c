#include "edge/backends/load_balancer.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "edge/backends/forward.h"
#include "edge/exchange.h"
#include "edge/holding_body.h"
#include "edge/middleware/answer.h"
#include "edge/worker_services.h"

namespace gatehouse::edge {

using async::Instant;
using async::Task;

namespace {

constexpr int kServerErrorMin = 500;

std::vector<std::int64_t> weights_of(const std::vector<BalancedServer>& servers) {
  std::vector<std::int64_t> weights;
  for (const auto& server : servers) weights.push_back(server.fenced ? 0 : server.weight);
  return weights;
}

std::vector<std::string> urls_of(const std::vector<BalancedServer>& servers) {
  std::vector<std::string> urls;
  for (const auto& server : servers) urls.push_back(server.origin.url);
  return urls;
}

// A number that looks random, of a counter (SplitMix64, Steele et al.).
std::uint64_t scattered(std::uint64_t counter) {
  auto x = counter * 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

}  // namespace

LoadBalancer::LoadBalancer(LoadBalancerSettings settings)
    : settings_(std::move(settings)),
      schedule_(weights_of(settings_.servers)),
      rendezvous_(urls_of(settings_.servers), weights_of(settings_.servers)),
      always_up_(!settings_.ejects_failing &&
                 std::ranges::all_of(settings_.servers, [](const auto& server) { return !server.checked; })),
      learns_(settings_.ejects_failing || settings_.strategy == Strategy::kLessBusy ||
              settings_.strategy == Strategy::kLeastTime) {}

bool LoadBalancer::is_up(std::size_t server, Instant now) const {
  const auto& [origin, weight, fenced, checked, state] = settings_.servers[server];
  if (checked && !checked->is_up()) return false;
  if (!settings_.ejects_failing) return true;
  const auto taken_out = state->failures.taken_out();
  if (!taken_out) return true;
  // Where there are checks, they say when it is back.
  return checked ? checked->was_up_after(*taken_out) : now - *taken_out >= state->failures.window();
}

std::optional<std::size_t> LoadBalancer::find(std::string_view url) const {
  const auto& servers = settings_.servers;
  const auto found = std::ranges::find(servers, url, [](const auto& server) { return server.origin.url; });
  return found == servers.end() ? std::nullopt : std::optional<std::size_t>(found - servers.begin());
}

bool LoadBalancer::is_open(std::size_t server, Instant now) const {
  return !settings_.servers[server].fenced && (always_up_ || is_up(server, now));
}

bool LoadBalancer::is_up(Instant now) const {
  for (std::size_t i = 0; i < settings_.servers.size(); ++i) {
    if (is_open(i, now)) return true;
  }
  return false;
}

std::optional<std::uint32_t> LoadBalancer::choose(Exchange& exchange) const {
  const auto now = exchange.worker().loop.now();
  const auto usable = [this, now](std::uint32_t server) { return is_open(server, now); };
  switch (settings_.strategy) {
    case Strategy::kTurns:
      if (always_up_) return schedule_.empty() ? std::nullopt : std::optional(schedule_.next());
      return schedule_.next(usable);
    case Strategy::kRendezvous:
      return rendezvous_.choose(exchange.client().address_text, usable);
    case Strategy::kLessBusy:
      return choose_less_busy(now);
    case Strategy::kLeastTime:
      return choose_least_time(now);
  }
  return std::nullopt;
}

std::optional<std::uint32_t> LoadBalancer::choose_less_busy(Instant now) const {
  const auto& servers = settings_.servers;
  std::uint64_t open = 0;
  for (std::size_t i = 0; i < servers.size(); ++i) open += is_open(i, now) ? 1 : 0;
  if (open == 0) return std::nullopt;
  const auto dice = scattered(dice_.fetch_add(1, std::memory_order_relaxed));
  const auto first = (dice >> 32) % open;
  const auto second = open == 1 ? first : (first + 1 + (dice & UINT32_MAX) % (open - 1)) % open;
  std::optional<std::uint32_t> chosen;
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  std::uint64_t number = 0;
  for (std::uint32_t i = 0; i < servers.size(); ++i) {
    if (!is_open(i, now)) continue;
    const bool drawn = number == first || number == second;
    ++number;
    const auto in_flight = servers[i].state->in_flight.load(std::memory_order_relaxed);
    if (!drawn || in_flight >= least) continue;
    chosen = i;
    least = in_flight;
  }
  return chosen;
}

// Servers with one score take turns.
std::optional<std::uint32_t> LoadBalancer::choose_least_time(Instant now) const {
  const auto score = [this](std::size_t server) {
    const auto& [origin, weight, fenced, checked, state] = settings_.servers[server];
    const auto in_flight = static_cast<double>(state->in_flight.load(std::memory_order_relaxed));
    return state->times.mean() * (1 + in_flight) / static_cast<double>(weight);
  };
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < settings_.servers.size(); ++i) {
    if (is_open(i, now)) least = std::min(least, score(i));
  }
  const auto best = schedule_.next([&](std::uint32_t i) { return is_open(i, now) && score(i) <= least; });
  // Another worker may have changed every score meanwhile.
  return best ? best : schedule_.next([&](std::uint32_t i) { return is_open(i, now); });
}

Task<Response> LoadBalancer::handle(Exchange& exchange) const {
  exchange.enter_service(settings_.label);
  if (settings_.sticky) {
    const auto held = settings_.sticky->chosen(exchange.request.fields);
    if (held && is_up(held->choice, exchange.worker().loop.now())) {
      return held->outdated ? ask_and_remember(exchange, held->choice) : ask(exchange, held->choice);
    }
  }
  const auto choice = choose(exchange);
  if (!choice) return answer(no_server_response(exchange, settings_.label.name));
  return settings_.sticky ? ask_and_remember(exchange, *choice) : ask(exchange, *choice);
}

Task<Response> LoadBalancer::ask(Exchange& exchange, std::uint32_t choice) const {
  if (learns_) return ask_and_learn(exchange, choice);
  return forward(exchange, {settings_.servers[choice].origin, *settings_.transport, settings_.pass_host_header});
}

Task<Response> LoadBalancer::ask_and_remember(Exchange& exchange, std::uint32_t choice) const {
  auto response = co_await ask(exchange, choice);
  settings_.sticky->remember(choice, response.head.fields);
  co_return std::move(response);
}

Task<Response> LoadBalancer::ask_and_learn(Exchange& exchange, std::uint32_t choice) const {
  const auto& server = settings_.servers[choice];
  Flight flight(server.state);
  auto response = co_await forward(exchange, {server.origin, *settings_.transport, settings_.pass_host_header});
  judge(exchange, response, choice);
  response.body = hold(std::move(response.body), std::move(flight));
  co_return std::move(response);
}

void LoadBalancer::judge(const Exchange& exchange, const Response& response, std::uint32_t choice) const {
  auto& state = *settings_.servers[choice].state;
  const auto& error = exchange.backend_error;
  if (error && error->fault == base::Fault::kClient) return;  // says nothing of the server
  if (!error) state.times.add(exchange.record.first_byte);
  if (!settings_.ejects_failing) return;
  if (!error && response.head.status < kServerErrorMin) return state.failures.succeeded();
  const auto now = exchange.worker().loop.now();
  state.failures.failed(now, !is_up(choice, now));
}

}  // namespace gatehouse::edge
