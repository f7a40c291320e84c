#include "observe/trace_exporter.h"

#include <algorithm>
#include <array>

#include "async/sleep.h"
#include "http/client_url.h"
#include "tls/client_context.h"

namespace gatehouse::observe {

using async::Task;
using base::Result;

namespace {

constexpr std::size_t kAnswerBytesMax = 64 * 1024;
constexpr std::string_view kDefaultPath = "/v1/traces";

Result<std::shared_ptr<const tls::ClientContext>> context_of(const std::optional<model::ClientTls>& config) {
  tls::ClientSettings settings;
  if (config) {
    settings.verify = !config->insecure_skip_verify;
    settings.system_roots = config->ca.empty();
    if (!config->ca.empty()) settings.root_cas = {config->ca};
    if (!config->cert.empty()) settings.certificates = {{.names = {}, .chain = config->cert, .key = config->key}};
  }
  return tls::ClientContext::make(settings);
}

// Those after which OTLP/HTTP asks to try again.
bool is_temporary(int status) {
  constexpr std::array kTemporary = {429, 502, 503, 504};
  return std::ranges::find(kTemporary, status) != kTemporary.end();
}

}  // namespace

struct TraceExporter::Collector {
  Collector(async::Loop& loop, net::Resolver& names, std::shared_ptr<const tls::ClientContext> context, http::Url where,
            const std::map<std::string, std::string>& more_fields, Resource the_resource)
      : dialer(loop, names, std::move(context)),
        client(dialer),
        url(std::move(where)),
        fields(more_fields),
        resource(std::move(the_resource)) {}

  http::NetworkDialer dialer;
  http::Client client;
  http::Url url;
  std::map<std::string, std::string> fields;
  Resource resource;
  bool complained = false;
};

TraceExporter::TraceExporter(async::Loop& loop, net::Resolver& names, SpanQueue& queue, base::Log& log,
                             ExporterTimes times)
    : loop_(loop), names_(names), queue_(queue), log_(log), times_(times), tasks_(loop) {}

TraceExporter::~TraceExporter() { tasks_.cancel(); }

Result<void> TraceExporter::configure(const std::optional<model::Tracing>& tracing, Resource resource) {
  if (tracing == config_) return {};
  config_ = tracing;
  tasks_.cancel();
  collector_.reset();
  if (!tracing) return {};
  const auto http = tracing->otlp ? tracing->otlp->http.value_or(model::OtlpHttp{}) : model::OtlpHttp{};
  BASE_TRY(auto url, http::Url::parse(http.endpoint));
  if (url.target == "/") url.target = kDefaultPath;
  BASE_TRY(auto context, context_of(http.tls));
  collector_ =
      std::make_unique<Collector>(loop_, names_, std::move(context), std::move(url), http.headers, std::move(resource));
  tasks_.spawn(run(*collector_));
  return {};
}

Task<void> TraceExporter::send_all(Collector& collector) {
  while (co_await send_next(collector)) {
  }
}

Task<void> TraceExporter::run(Collector& collector) {
  for (;;) {
    co_await send_all(collector);
    co_await async::sleep(loop_, times_.interval);
  }
}

// True when there may be more.
Task<bool> TraceExporter::send_next(Collector& collector) {
  auto spans = queue_.take(kBatchSpansMax);
  if (spans.empty()) co_return false;
  const bool is_full = spans.size() == kBatchSpansMax;
  co_await send(collector, std::move(spans));
  co_return is_full;
}

Task<void> TraceExporter::send(Collector& collector, std::vector<Span> spans) {
  const auto text = to_otlp_json(collector.resource, spans);
  auto pause = times_.pause;
  std::string why;
  for (int attempt = 1;; ++attempt) {
    http::ClientRequest request;
    request.method = http::MethodId::kPost;
    request.origin = collector.url.origin;
    request.target = collector.url.target;
    request.fields.set(http::FieldId::kContentType, "application/json");
    for (const auto& [name, value] : collector.fields) request.fields.set(name, value);
    request.body = std::make_unique<http::TextBody>(text);
    request.deadline = loop_.deadline(times_.exchange);
    auto response = co_await collector.client.send(std::move(request));
    int status = 0;
    if (response) {
      status = response->head.status;
      static_cast<void>(co_await response->body->read_all(kAnswerBytesMax));  // so that the connection can be kept
      why = "it answers " + std::to_string(status);
    } else {
      why = response.error().message;
    }
    if (status >= 200 && status < 300) {
      sent_ += spans.size();
      collector.complained = false;
      co_return;
    }
    if (attempt == kAttemptsMax || (response && !is_temporary(status))) break;
    co_await async::sleep(loop_, pause);
    pause *= 2;
  }
  queue_.drop(spans.size());
  if (std::exchange(collector.complained, true)) co_return;
  log_.warn("the collector of traces at {} takes none ({}): they are dropped until it does",
            collector.url.origin.to_string(), why);
}

Task<void> TraceExporter::flush(async::Deadline deadline) {
  if (!collector_) co_return;
  tasks_.cancel();
  tasks_.spawn(send_all(*collector_));
  static_cast<void>(co_await tasks_.join(deadline));
}

}  // namespace gatehouse::observe
