#include "edge/trace_attributes.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/parse_int.h"
#include "base/text.h"
#include "edge/routing/query.h"
#include "http/client_url.h"

namespace gatehouse::edge {

using http::FieldId;
using observe::Span;

namespace {

constexpr std::string_view kRedacted = "REDACTED";
constexpr int kFirstServerError = 500;
constexpr int kFirstClientError = 400;

void capture(Span& span, std::string_view prefix, const http::Fields& fields, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    if (base::iequals(name, "User-Agent")) continue;  // has an attribute of its own
    std::vector<std::string> values;
    fields.for_each(std::string_view(name), [&](std::string_view value) { values.emplace_back(value); });
    if (!values.empty()) span.attributes.emplace_back(std::string(prefix) + base::to_lower(name), std::move(values));
  }
}

std::string_view version_of(http::Version version) {
  switch (version) {
    case http::Version::kHttp10:
      return "1.0";
    case http::Version::kHttp11:
      return "1.1";
    case http::Version::kHttp2:
      return "2";
  }
  return "1.1";
}

std::int64_t content_length(const Exchange& exchange) {
  const auto text = exchange.request.fields.get(FieldId::kContentLength);
  if (const auto length = base::parse_int<std::int64_t>(text)) return *length;
  return exchange.request_body ? -1 : 0;
}

// Behind proxies that are trusted: the client as the first of them saw it.
std::string_view client_address(const Exchange& exchange) {
  const auto named = base::trim(exchange.record.forwarded_for.substr(0, exchange.record.forwarded_for.find(',')));
  return named.empty() ? std::string_view(exchange.client().address_text) : named;
}

void describe_common(Span& span, const Exchange& exchange) {
  span.set("http.request.method", exchange.request.method.token);
  span.set("network.protocol.version", version_of(exchange.request.version));
}

}  // namespace

std::string redacted_query(std::string_view query, const std::vector<std::string>& safe) {
  std::map<std::string, std::vector<std::string>> parameters;
  QueryReader reader(query);
  while (const auto parameter = reader.next()) {
    std::string name_storage;
    std::string value_storage;
    std::string name(parameter->name.decode(name_storage));
    const bool is_safe = std::ranges::find(safe, name) != safe.end();
    auto& values = parameters[std::move(name)];
    if (is_safe || values.empty()) values.emplace_back(is_safe ? parameter->value.decode(value_storage) : kRedacted);
  }
  std::string text;
  for (const auto& [name, values] : parameters) {
    for (const auto& value : values) {
      if (!text.empty()) text += '&';
      text.append(http::percent_encoded(name)).append("=").append(http::percent_encoded(value));
    }
  }
  return text;
}

void describe_server_request(Span& span, const Exchange& exchange, const model::Tracing& config) {
  const auto& client = exchange.client();
  describe_common(span, exchange);
  span.set("http.request.body.size", content_length(exchange));
  span.set("url.path", exchange.target.path);
  span.set("url.query", redacted_query(exchange.target.query, config.safe_query_params));
  span.set("url.scheme", client.secure ? "https" : "http");
  span.set("user_agent.original", exchange.request.fields.get(FieldId::kUserAgent));
  span.set("server.address", exchange.record.host);
  span.set("network.peer.address", client.address_text);
  span.set("client.address", client_address(exchange));
  span.set("client.port", client.port);
  span.set("network.peer.port", client.port);
  capture(span, "http.request.header.", exchange.request.fields, config.captured_request_headers);
}

void describe_client_request(Span& span, Exchange& exchange, const Origin& origin, const model::Tracing& config) {
  describe_common(span, exchange);
  const auto query = redacted_query(exchange.target.query, config.safe_query_params);
  const std::string_view scheme = origin.secure ? "https" : "http";
  span.set("url.full", fmt::format("{}://{}{}{}{}{}", scheme, origin.authority, origin.base_path, exchange.target.path,
                                   query.empty() ? "" : "?", query));
  span.set("url.scheme", scheme);
  span.set("user_agent.original", exchange.request.fields.get(FieldId::kUserAgent));
  span.set("network.peer.address", origin.host);
  span.set("network.peer.port", origin.port);
  span.set("server.address", origin.host);
  span.set("server.port", origin.port);
  capture(span, "http.request.header.", exchange.request.fields, config.captured_request_headers);
}

void describe_response(Span& span, const http::Fields* fields, int status, const model::Tracing& config) {
  span.failed = status >= (span.kind == Span::Kind::kClient ? kFirstClientError : kFirstServerError);
  if (status > 0) span.set("http.response.status_code", status);
  if (fields != nullptr) capture(span, "http.response.header.", *fields, config.captured_response_headers);
}

}  // namespace gatehouse::edge
