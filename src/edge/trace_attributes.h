// What spans say of requests and responses, by the names of OpenTelemetry's semantic conventions, as Traefik has them.
// Pure.
#pragma once

#include "edge/backends/origin.h"
#include "edge/exchange.h"
#include "model/tracing.h"
#include "observe/span.h"

namespace gatehouse::edge {

void describe_server_request(observe::Span& span, const Exchange& exchange, const model::Tracing& config);
void describe_client_request(observe::Span& span, Exchange& exchange, const Origin& origin,
                             const model::Tracing& config);
// The fields may be null: there was no response.
void describe_response(observe::Span& span, const http::Fields* fields, int status, const model::Tracing& config);

// The query with what is not named as safe redacted; by name, as Go writes it.
std::string redacted_query(std::string_view query, const std::vector<std::string>& safe);

}  // namespace gatehouse::edge
