#include "edge/account.h"

#include <algorithm>
#include <array>

#include "base/parse_int.h"
#include "edge/access_log_writer.h"
#include "edge/exchange_trace.h"
#include "edge/runtime.h"
#include "edge/worker_services.h"

namespace gatehouse::edge {

using http::FieldId;
using observe::Protocol;
using observe::SeriesKey;

namespace {

constexpr unsigned kGrpcStatusUnknown = 2;
constexpr unsigned kGrpcStatusMax = 16;

// As the client asked, whatever became of it.
Protocol protocol_of(const Exchange& exchange) {
  if (exchange.wants_websocket()) return Protocol::kWebsocket;
  const auto& fields = exchange.request.fields;
  if (fields.lists(FieldId::kAccept, "text/event-stream")) return Protocol::kSse;
  const auto type = fields.get(FieldId::kContentType);
  if (type.starts_with("application/grpc-web")) return Protocol::kGrpcWeb;
  return type.starts_with("application/grpc") ? Protocol::kGrpc : Protocol::kHttp;
}

// gRPC says how it went in its trailers, or in the head of a response that is nothing but trailers.
unsigned grpc_status(const Response& response) {
  constexpr std::string_view kField = "Grpc-Status";
  auto text = response.head.fields.get(kField);
  const auto* trailers = response.body ? response.body->trailers() : nullptr;
  if (text.empty() && trailers != nullptr) text = trailers->get(kField);
  const auto status = base::parse_int<unsigned>(text);
  return status && *status <= kGrpcStatusMax ? *status : kGrpcStatusUnknown;
}

SeriesKey key_of(const Exchange& exchange, const Response& response) {
  const auto protocol = protocol_of(exchange);
  const bool is_grpc = protocol == Protocol::kGrpc || protocol == Protocol::kGrpcWeb;
  const auto code = is_grpc ? grpc_status(response) : static_cast<unsigned>(std::max(exchange.record.status, 0));
  return {code, exchange.request.method.id, protocol};
}

// The fields that the operator wants as labels. A client decides what they say: bytes that Prometheus would refuse the
// whole page for are not passed on.
std::uint32_t header_values(const Exchange& exchange, const observe::Edition& edition, observe::Tally& tally) {
  std::string values;
  for (const auto& [label, header] : edition.prometheus.header_labels) {
    for (const char c : exchange.request.fields.get(header).substr(0, observe::kHeaderValueBytesMax)) {
      values += c >= 0x20 && c < 0x7f ? c : '?';
    }
    values += '\0';
  }
  return tally.header_values(values);
}

void count(const Exchange& exchange, const Response& response, const observe::Edition& edition) {
  const auto& record = exchange.record;
  auto& tally = exchange.worker().telemetry.tally;
  const auto end = record.started + record.duration;
  observe::RequestCount request{.key = key_of(exchange, response),
                                .request_bytes = record.request_bytes,
                                .response_bytes = record.response_bytes,
                                .duration = record.duration,
                                .part = record.duration - record.origin_duration};
  const std::array subjects = {exchange.entry_point().subject,
                               exchange.router == nullptr ? observe::kNoSubject : exchange.router->subject,
                               record.service_subject};
  tally.count(subjects[0], request);
  request.part.reset();
  if (subjects[1] != observe::kNoSubject) tally.count(subjects[1], request);
  if (subjects[2] != observe::kNoSubject) {
    const bool was_asked = record.origin_started != std::chrono::steady_clock::time_point();
    request.duration = end - (was_asked ? record.origin_started : record.started);
    if (record.origin_status != 0) request.part = record.first_byte;
    tally.count(subjects[2], request);
    if (record.retries > 0) tally.count_retries(subjects[2], record.retries);
  }
  if (!exchange.client().secure && !tally.has_header_labels()) return;
  const auto values = tally.has_header_labels() ? header_values(exchange, edition, tally) : 0;
  for (const auto subject : subjects) {
    if (subject == observe::kNoSubject) continue;
    if (exchange.client().secure) tally.count_tls(subject, exchange.client().tls_session);
    if (tally.has_header_labels()) tally.count_labelled(subject, request.key, values);
  }
}

bool wants_metrics(const Exchange& exchange) {
  return exchange.router == nullptr ? exchange.entry_point().config.observability.metrics : exchange.router->metrics;
}

bool wants_access_log(const Exchange& exchange) {
  return exchange.router == nullptr ? exchange.entry_point().config.observability.access_logs
                                    : exchange.router->access_logs;
}

}  // namespace

void account_for(Exchange& exchange, const Response& response, AccessLogWriter& access_log) {
  auto& record = exchange.record;
  const auto end = std::chrono::steady_clock::now();
  record.duration = end - record.started;
  if (record.origin_started != std::chrono::steady_clock::time_point()) {
    record.origin_duration = end - record.origin_started;
  }
  if (exchange.trace) exchange.trace->end(exchange, response);
  if (const auto* edition = exchange.runtime()->edition(); edition != nullptr && wants_metrics(exchange)) {
    count(exchange, response, *edition);
  }
  if (wants_access_log(exchange)) access_log.record(exchange, response);
}

void account_for_attempt(const Exchange& exchange) {
  const auto& record = exchange.record;
  if (record.service_subject == observe::kNoSubject) return;
  const int status = exchange.backend_error ? status_of(*exchange.backend_error) : record.origin_status;
  const auto protocol = protocol_of(exchange);
  const bool is_grpc = protocol == Protocol::kGrpc || protocol == Protocol::kGrpcWeb;
  const auto code = is_grpc ? kGrpcStatusUnknown : static_cast<unsigned>(status);
  exchange.worker().telemetry.tally.count(record.service_subject,
                                          {.key = {code, exchange.request.method.id, protocol},
                                           .duration = std::chrono::steady_clock::now() - record.origin_started});
}

}  // namespace gatehouse::edge
