// ExchangeTrace: an exchange's part in a distributed trace. The context of the request is read or a new trace begun,
// the backend is told of it in `traceparent`, and at the end the spans go to the exporter's queue: EntryPoint (server),
// one ReverseProxy (client) for each attempt at a backend and, where the router is traced in detail, Router and Service
// between them. Names and attributes are Traefik's, which are OpenTelemetry's. Owned by the exchange.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "edge/backends/origin.h"
#include "edge/response.h"
#include "model/tracing.h"
#include "observe/span.h"

namespace gatehouse::edge {

class Exchange;

class ExchangeTrace {
 public:
  // Once the router is known, or known to be none. Null where nothing is traced; then the request's fields stay as they
  // are.
  static std::unique_ptr<ExchangeTrace> begin(Exchange& exchange);
  ExchangeTrace(Exchange& exchange, const model::Tracing& config, bool detailed);

  // Before a request leaves for a backend: it is told the span of this attempt.
  void ask(Exchange& exchange, const Origin& origin);
  // When the attempt has been answered, or has failed: the status is what the client would be told.
  void answered(const http::Fields* fields, int status);
  // When all is done and the record has its durations.
  void end(Exchange& exchange, const Response& response);

  // Of the entry point's span, for the access log.
  [[nodiscard]] const observe::TraceContext& context() const { return context_; }

 private:
  observe::Span& add(std::string_view name, observe::Span::Kind kind, observe::SpanId id, observe::SpanId parent);
  void add_inner_spans(const Exchange& exchange);

  const model::Tracing& config_;  // the runtime's, which the exchange holds
  observe::TraceContext context_;
  observe::SpanId router_;            // none: not in detail
  observe::SpanId service_;           // none: not in detail
  std::vector<observe::Span> spans_;  // the entry point's first; none when the trace is not sampled
};

}  // namespace gatehouse::edge
