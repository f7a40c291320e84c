#include "edge/dispatch.h"

#include <algorithm>

#include "edge/exchange_trace.h"
#include "edge/runtime.h"
#include "http/h1/connection.h"
#include "tls/server_contexts.h"

namespace gatehouse::edge {

using async::Task;
using http::FieldId;

namespace {

constexpr std::string_view kAcmePrefix = "/.well-known/acme-challenge/";

http::TargetRules target_rules(const model::EntryPointHttp& config) {
  return {
      .cleaning = config.sanitize_path ? http::PathCleaning::kOn : http::PathCleaning::kOff,
      .semicolons = config.encode_query_semicolons ? http::QuerySemicolons::kEscape : http::QuerySemicolons::kSeparate};
}

// Names with '_' are taken for names with '-' by applications that see fields as environment variables.
bool apply_underscore_strategy(http::Fields& fields, std::string_view strategy) {
  const auto has_underscore = [](const http::Field& field) { return field.name.find('_') != std::string_view::npos; };
  if (strategy == "delete") fields.remove_if(has_underscore);
  return strategy != "reject" || std::ranges::none_of(fields, has_underscore);
}

bool encoded_characters_allowed(std::string_view path, const model::EntryPointEncodedCharacters& allowed,
                                const CompiledRouter& router) {
  return http::encoded_characters(path).within(
      {.slash = allowed.allow_encoded_slash,
       .backslash = allowed.allow_encoded_back_slash,
       .null_character = allowed.allow_encoded_null_character || router.allows_encoded_null,
       .semicolon = allowed.allow_encoded_semicolon,
       .percent = allowed.allow_encoded_percent,
       .question_mark = allowed.allow_encoded_question_mark,
       .hash = allowed.allow_encoded_hash});
}

// An absolute target overrules the Host field (RFC 9112 3.2.2). Where that one leads to another site of ours, a server
// that reads the field instead would serve the one for the other: no honest client sends such a request.
bool names_another_site(const RouteTable& routes, RequestView view, std::string_view ignored_host,
                        std::uint32_t matched) {
  view.host = ignored_host;
  const auto other = routes.match(view);
  return other && *other != matched;
}

// The answer that a certificate authority waits for, before any router or redirect.
std::string_view acme_answer(const Exchange& exchange) {
  const auto path = exchange.target.path;
  if (exchange.client().secure || !exchange.runtime()->has_acme_tokens() || !path.starts_with(kAcmePrefix)) return {};
  return exchange.runtime()->acme_answer(exchange.target.host, path.substr(kAcmePrefix.size()));
}

// Whether the connection was negotiated for a host of another policy than this one's: a client that was let in by one
// name must not reach, by a Host field, another that would have asked it for a certificate ("domain fronting").
bool is_misdirected(Exchange& exchange) {
  const auto host = bare_host(exchange.target.host);
  const auto& client = exchange.client();
  if (exchange.runtime()->tls()->policy_of(host) == client.tls_policy) return false;
  // The policy has changed since the handshake: nothing that this connection asks for will do.
  if (client.server_name == host) exchange.must_close = true;
  return true;
}

}  // namespace

Response not_found_response() {
  Response response = text_response(404, "404 page not found\n");
  response.head.fields.set(FieldId::kXContentTypeOptions, "nosniff");
  return response;
}

Task<Response> dispatch(Exchange& exchange) {
  auto& request = exchange.request;
  const auto& entry_point = exchange.entry_point();
  const auto& client = exchange.client();
  if (!apply_underscore_strategy(request.fields, entry_point.config.http.underscore_headers_strategy)) {
    co_return status_response(400);
  }
  exchange.record.path = request.target;
  const auto scheme = client.secure ? http::Scheme::kHttps : http::Scheme::kHttp;
  auto target = http::parse_target(request, scheme, target_rules(entry_point.config.http));
  if (!target) {
    exchange.must_close = true;
    co_return status_response(http::status_of(target.error()));
  }
  exchange.target = *target;
  exchange.record.path = target->path_and_query(request.storage());
  exchange.record.host = target->authority;
  if (target->form == http::TargetForm::kAuthority) {
    exchange.must_close = true;
    co_return status_response(501);  // CONNECT: this is no forward proxy
  }

  if (const auto answer = acme_answer(exchange); !answer.empty()) co_return text_response(200, std::string(answer));
  // An authority only ever fetches there (RFC 8555 8.3): content for it is a request that hides in another one.
  if (exchange.request_body && target->path.starts_with(kAcmePrefix)) {
    exchange.must_close = true;
    co_return status_response(405);
  }

  entry_point.forwarded.rewrite(request, client, exchange.target.authority, exchange.wants_websocket());
  exchange.record.forwarded_for = request.fields.get(FieldId::kXForwardedFor);
  const RequestView view{.host = exchange.target.host,
                         .path = exchange.target.routing_path,
                         .query = exchange.target.query,
                         .method = request.method.token,
                         .fields = request.fields,
                         .client = client.address,
                         .secure = client.secure};
  if (client.secure && is_misdirected(exchange)) co_return status_response(421);
  const auto matched = entry_point.routes.match(view);
  if (!matched) {
    exchange.trace = ExchangeTrace::begin(exchange);
    co_return not_found_response();
  }
  if (!exchange.target.ignored_host.empty() &&
      names_another_site(entry_point.routes, view, exchange.target.ignored_host, *matched)) {
    exchange.must_close = true;
    co_return status_response(400);
  }
  const auto& router = exchange.runtime()->router(*matched);
  exchange.router = &router;
  exchange.record.router_name = router.name;
  exchange.trace = ExchangeTrace::begin(exchange);
  // A rule without a host, or one whose host another router wants other options for: the handshake did not ask for the
  // certificate that this router is guarded by. Traefik serves it all the same.
  if (router.guarding_policy != tls::kNoTlsPolicy && router.guarding_policy != client.tls_policy) {
    co_return status_response(421);
  }
  if (!encoded_characters_allowed(exchange.target.path, entry_point.config.http.encoded_characters, router)) {
    exchange.must_close = true;
    co_return status_response(400);
  }
  co_return co_await router.handler->handle(exchange);
}

}  // namespace gatehouse::edge
