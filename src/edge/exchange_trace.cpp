#include "edge/exchange_trace.h"

#include "edge/runtime.h"
#include "edge/trace_attributes.h"
#include "edge/worker_services.h"

namespace gatehouse::edge {

using observe::Span;
using observe::SpanId;
using observe::TraceContext;
using std::chrono::system_clock;

namespace {

constexpr std::string_view kTraceparent = "Traceparent";
constexpr std::string_view kTracestate = "Tracestate";

// Two of them are none (W3C Trace Context section 3.2).
std::optional<TraceContext> context_of(const http::Fields& fields) {
  return fields.count(kTraceparent) == 1 ? TraceContext::parse(fields.get(kTraceparent)) : std::nullopt;
}

system_clock::time_point wall_time(const AccessRecord& record, std::chrono::steady_clock::time_point time) {
  return record.started_at + std::chrono::duration_cast<system_clock::duration>(time - record.started);
}

}  // namespace

std::unique_ptr<ExchangeTrace> ExchangeTrace::begin(Exchange& exchange) {
  const auto& config = exchange.runtime()->tracing();
  if (!config) return nullptr;
  const auto* router = exchange.router;
  const auto& observability = exchange.entry_point().config.observability;
  const bool wanted = router == nullptr ? observability.tracing : router->tracing;
  if (!wanted) return nullptr;
  const bool detailed = router == nullptr ? observability.trace_verbosity == "detailed" : router->traced_in_detail;
  return std::make_unique<ExchangeTrace>(exchange, *config, detailed);
}

ExchangeTrace::ExchangeTrace(Exchange& exchange, const model::Tracing& config, bool detailed) : config_(config) {
  auto& ids = exchange.worker().telemetry.trace_ids;
  auto& fields = exchange.request.fields;
  const auto parent = context_of(fields);
  context_.trace = parent ? parent->trace : ids.trace();
  context_.span = ids.span();
  context_.sampled = parent ? parent->sampled : observe::is_sampled(context_.trace, config.sample_rate);
  // What belongs to a trace that nobody can find is not passed on.
  if (!parent) fields.remove(kTracestate);
  fields.set(kTraceparent, context_.traceparent());
  if (!context_.sampled) return;
  if (detailed && exchange.router != nullptr) {
    router_ = ids.span();
    service_ = ids.span();
  }
  auto& span = add("EntryPoint", Span::Kind::kServer, context_.span, parent ? parent->span : SpanId{});
  span.start = exchange.record.started_at;
  span.trace_state = fields.get(kTracestate);
  span.set("entry_point", exchange.entry_point().name);
  describe_server_request(span, exchange, config);
}

Span& ExchangeTrace::add(std::string_view name, Span::Kind kind, SpanId id, SpanId parent) {
  auto& span = spans_.emplace_back();
  span.name = name;
  span.kind = kind;
  span.trace = context_.trace;
  span.id = id;
  span.parent = parent;
  return span;
}

void ExchangeTrace::ask(Exchange& exchange, const Origin& origin) {
  auto context = context_;
  context.span = exchange.worker().telemetry.trace_ids.span();
  exchange.request.fields.set(kTraceparent, context.traceparent());
  if (!context_.sampled) return;
  auto& span = add("ReverseProxy", Span::Kind::kClient, context.span, service_.number != 0 ? service_ : context_.span);
  span.start = system_clock::now();
  describe_client_request(span, exchange, origin, config_);
}

void ExchangeTrace::answered(const http::Fields* fields, int status) {
  if (!context_.sampled || spans_.back().kind != Span::Kind::kClient) return;
  spans_.back().end = system_clock::now();
  describe_response(spans_.back(), fields, status, config_);
}

void ExchangeTrace::add_inner_spans(const Exchange& exchange) {
  const auto& record = exchange.record;
  const auto end = spans_.front().end;
  auto& router = add("Router", Span::Kind::kInternal, router_, context_.span);
  router.start = record.started_at;
  router.end = end;
  router.set("traefik.service.name", exchange.router->service);
  router.set("traefik.router.name", exchange.router->name);
  router.set("http.route", exchange.router->rule);
  if (record.service_name.empty()) return;
  auto& service = add("Service", Span::Kind::kInternal, service_, router_);
  const bool was_asked = record.origin_started != std::chrono::steady_clock::time_point();
  service.start = was_asked ? wall_time(record, record.origin_started) : record.started_at;
  service.end = end;
  service.set("traefik.service.name", record.service_name);
}

void ExchangeTrace::end(Exchange& exchange, const Response& response) {
  if (!context_.sampled) return;
  const auto& record = exchange.record;
  auto& entry_point = spans_.front();
  entry_point.end = wall_time(record, record.started + record.duration);
  describe_response(entry_point, &response.head.fields, record.status, config_);
  // An attempt that was cut off has no end of its own.
  for (auto& span : spans_) {
    if (span.end == system_clock::time_point()) span.end = entry_point.end;
  }
  if (router_.number != 0) add_inner_spans(exchange);
  exchange.worker().telemetry.edge.spans.push(std::move(spans_));
}

}  // namespace gatehouse::edge
