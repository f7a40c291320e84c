#include "edge/backends/probe.h"

#include <optional>
#include <string>
#include <utility>

#include "edge/backends/forward.h"
#include "edge/exchange.h"

namespace gatehouse::edge {

using async::Task;
using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;
using http::FieldId;

namespace {

constexpr int kRedirectsMax = 10;
// Read, so that the connection can be used again; of a longer answer the connection is closed.
constexpr std::size_t kAnswerBytesMax = 64 * 1024;
constexpr std::string_view kUserAgent = "Gatehouse";

// Nobody waits for interim responses.
class Nowhere final : public InformationalSink {
 public:
  Task<Result<void>> send(const http::ResponseHead&) override { co_return Result<void>(); }
};

struct Destination {
  Origin origin;
  std::string path_and_query;
};

void fill(Exchange& exchange, const model::HealthCheck& config, const Destination& to) {
  auto& request = exchange.request;
  auto& storage = request.storage();
  request.method = http::Method::of(storage.copy(config.method.empty() ? "GET" : config.method));
  if (!config.hostname.empty()) request.fields.set(FieldId::kHost, config.hostname);
  request.fields.set(FieldId::kUserAgent, kUserAgent);
  for (const auto& [name, value] : config.headers) {
    if (!base::iequals(name, "host")) request.fields.set(name, value);
  }
  const auto text = storage.copy(to.path_and_query);
  const auto question_mark = text.find('?');
  auto& target = exchange.target;
  target.has_query = question_mark != std::string_view::npos;
  target.query = target.has_query ? text.substr(question_mark + 1) : std::string_view();
  if (!target.set_path(text.substr(0, question_mark), http::PathCleaning::kOff, storage)) target.path = "/";
  exchange.client_appended = true;  // it has no client
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// Where a redirect leads: another path of the same server, or another server.
Result<Destination> follow(const Destination& from, std::string_view location, std::string_view transport) {
  if (location.starts_with("//")) {
    return follow(from, (from.origin.secure ? "https:" : "http:") + std::string(location), transport);
  }
  if (location.starts_with('/')) return Destination{from.origin, std::string(location.substr(0, location.find('#')))};
  const auto scheme_end = location.find("://");
  if (scheme_end == std::string_view::npos) {
    const auto folder = from.path_and_query.substr(0, from.path_and_query.find('?'));
    return Destination{from.origin, folder.substr(0, folder.rfind('/') + 1) + std::string(location)};
  }
  model::Server server;
  server.url = location;
  BASE_TRY(auto origin, parse_origin(server, transport));
  const auto path_start = location.find_first_of("/?", scheme_end + 3);
  auto path = path_start == std::string_view::npos ? std::string() : std::string(location.substr(path_start));
  if (!path.starts_with('/')) path.insert(0, "/");
  return Destination{std::move(origin), path.substr(0, path.find('#'))};
}

Task<void> discard(http::Body* body) {
  std::size_t size = 0;
  while (body != nullptr && size < kAnswerBytesMax) {
    const auto piece = co_await body->next();
    if (!piece || piece->empty()) co_return;
    size += piece->size();
  }
}

struct Answer {
  int status = 0;
  std::optional<std::string> location;
};

Task<Result<Answer>> ask(WorkerServices& services, const CompiledEntryPoint& entry_point, const HealthTarget& target,
                         const Destination& to) {
  Nowhere nowhere;
  const ClientInfo client;
  Exchange exchange(services, nullptr, entry_point, client, nowhere);
  fill(exchange, target.config, to);
  auto response = co_await forward(exchange, {to.origin, *target.transport, true});
  if (exchange.backend_error) co_return fail(*exchange.backend_error);
  Answer answer{.status = response.head.status, .location = {}};
  if (response.head.fields.has(FieldId::kLocation)) answer.location = response.head.fields.get(FieldId::kLocation);
  co_await discard(response.body.get());
  co_return answer;
}

Result<void> judge(int status, std::int64_t wanted) {
  const bool well = wanted == 0 ? status >= 200 && status < 400 : status == wanted;
  if (well) return {};
  return fail(ErrorCode::kInvalid, Fault::kBackend,
              wanted == 0 ? fmt::format("it answered with {}", status)
                          : fmt::format("it answered with {} and not with {}", status, wanted));
}

}  // namespace

Task<Result<void>> probe(WorkerServices& services, const CompiledEntryPoint& entry_point, const HealthTarget& target) {
  const auto& path = target.config.path;
  Destination to{target.origin, path.starts_with('/') ? path : "/" + path};
  for (int redirects = 0;; ++redirects) {
    BASE_CO_TRY(const auto answer, co_await ask(services, entry_point, target, to));
    if (!target.config.follow_redirects || !is_redirect(answer.status) || !answer.location) {
      co_return judge(answer.status, target.config.status);
    }
    if (redirects == kRedirectsMax) {
      co_return fail(ErrorCode::kLimit, Fault::kBackend, "it redirects in circles");
    }
    BASE_CO_TRY(to, follow(to, *answer.location, target.transport->name));
  }
}

}  // namespace gatehouse::edge
