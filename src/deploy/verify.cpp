#include "deploy/verify.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "async/sleep.h"
#include "base/text.h"
#include "http/client.h"
#include "model/entry_point.h"
#include "net/connect.h"
#include "sys/file.h"
#include "tls/client_context.h"

namespace gatehouse::deploy {

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;
using base::Retry;
using namespace std::chrono_literals;

namespace {

constexpr auto kAttemptTimeout = 10s;  // each attempt has all of it, so that the last one says what is wrong
constexpr auto kRefusedMax = 5s;       // an edge that runs listens; one that is being replaced is back by then
constexpr auto kPauseFirst = 100ms;
constexpr auto kPauseMost = 1000ms;
constexpr std::size_t kBodyBytesMax = std::size_t{8} << 20;
constexpr std::string_view kNoRoute = "404 page not found\n";  // what the edge says, and hardly anybody else

// How this machine reaches what listens on `host`.
Result<net::SocketAddress> local_address(const model::Address& address) {
  const bool is_any = address.host.empty() || address.host == "0.0.0.0" || address.host == "::";
  return net::SocketAddress::from_ip(is_any ? "127.0.0.1" : address.host, address.port);
}

void add_root(const std::filesystem::path& file, std::vector<std::string>& roots) {
  if (file.empty()) return;
  if (auto text = sys::read_file(file)) roots.push_back(*std::move(text));
}

bool leads_to(const Route& route, const EdgeEntry& entry) {
  if (route.entry_points.empty()) return entry.is_default;
  return std::ranges::find(route.entry_points, entry.name) != route.entry_points.end();
}

struct Answer {
  int status = 0;
  std::string text;
};

async::Task<Result<Answer>> ask_once(async::Loop& loop, std::shared_ptr<const tls::ClientContext> context,
                                     Probe probe) {
  BASE_CO_TRY(const auto url, http::Url::parse(probe.url));
  http::AddressDialer dialer(loop, probe.address, std::move(context));
  http::Client client(dialer);
  http::ClientRequest request;
  request.origin = url.origin;
  request.target = url.target;
  request.deadline = async::Deadline::after(kAttemptTimeout);
  BASE_CO_TRY(auto response, co_await client.send(std::move(request)));
  Answer answer{response.head.status, {}};
  // Enough of the content to tell whose answer it is.
  if (answer.status == 404) {
    BASE_CO_TRY(answer.text, co_await response.body->read_all(kBodyBytesMax));
  }
  co_return answer;
}

// Why that is no success, or empty.
std::string judge(const Result<Answer>& answer) {
  if (!answer) return answer.error().message;
  if (answer->status >= 500) return fmt::format("answers with status {}", answer->status);
  if (answer->status == 404 && answer->text == kNoRoute) return "the edge has no route for it (404)";
  return {};
}

std::string next_step(const Result<Answer>& answer, const Stack& stack, const Route& route) {
  if (!answer && (answer.error().code == ErrorCode::kRefused || answer.error().code == ErrorCode::kUnreachable)) {
    return "nothing listens there: is \"gatehouse serve\" running?";
  }
  if (!answer) return "see the log of \"gatehouse serve\" for the certificate of this host";
  if (answer->status >= 500) return fmt::format("see \"gatehouse logs {} {}\"", stack.name(), route.service);
  return fmt::format("see the log of \"gatehouse serve\" for router {}", route.router);
}

async::Task<Result<void>> verify_one(async::Loop& loop, const Stack& stack,
                                     std::shared_ptr<const tls::ClientContext> context, Probe probe,
                                     async::Deadline deadline, Report& report) {
  std::chrono::milliseconds pause = kPauseFirst;
  const auto refused_deadline = async::Deadline::after(kRefusedMax).or_earlier(deadline);
  report.doing(probe.url, "asking through the edge");
  for (;;) {
    const auto answer = co_await ask_once(loop, context, probe);
    const auto why = judge(answer);
    if (why.empty()) {
      report.done(probe.url, fmt::format("answers ({})", answer->status));
      co_return Result<void>{};
    }
    const bool is_refused = !answer && answer.error().code == ErrorCode::kRefused;
    if (std::chrono::steady_clock::now() + pause >= (is_refused ? refused_deadline : deadline).at) {
      co_return fail(ErrorCode::kUnavailable, Fault::kOperator,
                     fmt::format("{}: {} does not answer as it should: {}; {}", stack.project.locate(probe.route->at),
                                 probe.url, why, next_step(answer, stack, *probe.route)));
    }
    co_await async::sleep(loop, pause);
    pause = std::min<std::chrono::milliseconds>(pause * 2, kPauseMost);
  }
}

}  // namespace

EdgeView view_of(const std::vector<model::Adoption>& adoptions, const std::filesystem::path& state_dir) {
  EdgeView edge;
  for (const auto& adoption : adoptions) {
    const auto& entry_points = adoption.config.entry_points;
    const bool any_default = std::ranges::any_of(entry_points, [](const auto& item) { return item.second.as_default; });
    for (const auto& [name, entry_point] : entry_points) {
      const auto parsed = model::parse_address(entry_point.address);
      if (!parsed || parsed->udp) continue;
      const auto address = local_address(*parsed);
      if (!address) continue;
      const bool is_default = any_default ? entry_point.as_default : name != "traefik";
      edge.entries.push_back({name, *address, entry_point.http.tls.has_value(), is_default});
    }
  }
  add_root(state_dir / "ca" / "root.pem", edge.root_cas);
  if (const char* file = std::getenv("GATEHOUSE_CA")) add_root(file, edge.root_cas);
  return edge;
}

std::vector<Probe> probes_of(const std::vector<Route>& routes, const EdgeView& edge) {
  std::vector<Probe> probes;
  for (const auto& route : routes) {
    for (const auto& entry : edge.entries) {
      if (!leads_to(route, entry)) continue;
      const auto scheme = route.tls || entry.tls ? http::Scheme::kHttps : http::Scheme::kHttp;
      for (const auto& host : route.hosts) {
        const http::Origin origin{scheme, host, entry.address.port()};
        auto url = origin.to_string() + route.path;
        if (std::ranges::find(probes, url, &Probe::url) != probes.end()) continue;
        probes.push_back({std::move(url), host, entry.address, &route});
      }
    }
  }
  return probes;
}

async::Task<Result<void>> verify(async::Loop& loop, const Stack& stack, const EdgeView& edge, async::Deadline deadline,
                                 Report& report) {
  const auto probes = probes_of(stack.routes, edge);
  for (const auto& route : stack.routes) {
    const bool is_probed = std::ranges::any_of(probes, [&](const Probe& probe) { return probe.route == &route; });
    if (is_probed || route.hosts.empty()) continue;
    report.warning(fmt::format("{}: router {} is not verified: the edge has none of its entry points ({})",
                               stack.project.locate(route.at), route.router, base::join(route.entry_points, ", ")));
  }
  tls::ClientSettings settings;
  settings.root_cas = edge.root_cas;
  BASE_CO_TRY(const auto context, tls::ClientContext::make(settings));
  for (const auto& probe : probes) {
    auto verified = co_await verify_one(loop, stack, context, probe, deadline, report);
    if (!verified) {
      report.failed(probe.url, "does not answer as it should");
      co_return verified;
    }
  }
  co_return Result<void>{};
}

async::Task<Result<void>> wait_for_edge(async::Loop& loop, const EdgeView& edge, async::Deadline deadline) {
  for (const auto& entry : edge.entries) {
    for (;;) {
      const auto socket = co_await net::connect_socket(loop, entry.address, deadline);
      if (socket) break;
      if (std::chrono::steady_clock::now() + kPauseFirst >= deadline.at) {
        co_return fail(ErrorCode::kRefused, Fault::kOperator,
                       fmt::format("no edge listens on {} (entry point {}): start it with \"gatehouse serve\"",
                                   entry.address.to_string(), entry.name),
                       Retry::kYes);
      }
      co_await async::sleep(loop, kPauseFirst);
    }
  }
  co_return Result<void>{};
}

}  // namespace gatehouse::deploy
