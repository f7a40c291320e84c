#include "edge/middleware/forward_auth.h"

#include <algorithm>
#include <optional>
#include <string>

#include "async/race.h"
#include "edge/backends/forward.h"
#include "edge/exchange.h"
#include "edge/middleware/auth_headers.h"
#include "edge/middleware/factory.h"
#include "edge/middleware/invalid_option.h"
#include "edge/middleware/request_url.h"
#include "edge/middleware/side_request.h"
#include "edge/middleware/taken_content.h"
#include "edge/worker_services.h"
#include "http/client_url.h"

namespace gatehouse::edge {

using async::Task;
using base::Result;
using http::FieldId;

namespace {

constexpr std::chrono::seconds kAnswerTimeMax{30};
// Where the operator sets no limit: what is held for one request.
constexpr std::uint64_t kRequestBytesMax = 64 << 20;
constexpr std::uint64_t kResponseBytesMax = 16 << 20;

constexpr http::FieldIdSet kForwarded = {
    FieldId::kXForwardedFor,    FieldId::kXForwardedHost,          FieldId::kXForwardedMethod,
    FieldId::kXForwardedPort,   FieldId::kXForwardedPrefix,        FieldId::kXForwardedProto,
    FieldId::kXForwardedServer, FieldId::kXForwardedTlsClientCert, FieldId::kXForwardedTlsClientCertInfo,
    FieldId::kXForwardedUri,
};

// The server of permissions, at its address.
class AuthServer final : public Handler {
 public:
  AuthServer(Origin origin, std::shared_ptr<const Transport> transport)
      : origin_(std::move(origin)), transport_(std::move(transport)) {}

  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override {
    return forward(exchange, {.origin = origin_, .transport = *transport_, .pass_host_header = false});
  }

 private:
  Origin origin_;
  std::shared_ptr<const Transport> transport_;
};

Result<HandlerPtr> make_server(const model::ForwardAuth& config, const std::string& name) {
  auto origin = parse_origin({.url = config.address, .weight = {}, .scheme = {}, .port = {}}, "forwardAuth " + name);
  if (!origin) return base::fail(std::move(origin).error().within("forwardAuth.address"));
  model::ServersTransport settings;
  if (const auto& tls = config.tls) {
    settings.insecure_skip_verify = tls->insecure_skip_verify;
    if (!tls->ca.empty()) settings.root_cas = {tls->ca};
    if (!tls->cert.empty()) settings.certificates = {{.cert_file = tls->cert, .key_file = tls->key}};
  }
  BASE_TRY(auto transport, make_transport("forwardAuth", settings));
  return std::make_shared<AuthServer>(*std::move(origin), std::move(transport));
}

// Everything that forwardAuth changes of the exchange but that the server of permissions was asked.
class Aside {
 public:
  explicit Aside(Exchange& exchange)
      : request(exchange),
        exchange_(exchange),
        record_(exchange.record),
        client_appended_(std::exchange(exchange.client_appended, true)) {
    exchange.backend_error.reset();
  }
  ~Aside() {
    exchange_.tasks().cancel();  // an upload to the server for which nobody waits any more
    exchange_.record = record_;
    exchange_.client_appended = client_appended_;
    exchange_.backend_error.reset();
  }
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;

  SideRequest request;

 private:
  Exchange& exchange_;
  AccessRecord record_;
  bool client_appended_;
};

std::string port_of(const http::Target& target, std::string_view proto) {
  if (target.port) return std::to_string(*target.port);
  return proto == "https" || proto == "wss" ? "443" : "80";
}

// Where a Location of the server leads to, seen from the client: a path alone is one of the server's own.
std::string absolute_location(const http::Url& address, std::string_view location) {
  const auto scheme_end = location.find_first_of(":/?#");
  if (location.empty() || (scheme_end != std::string_view::npos && location[scheme_end] == ':')) {
    return std::string(location);
  }
  const auto origin = address.origin.to_string();
  if (location.starts_with("//")) return origin.substr(0, origin.find(':') + 1) + std::string(location);
  if (location.starts_with('/')) return origin + std::string(location);
  const auto path = std::string_view(address.target).substr(0, address.target.find('?'));
  if (location.starts_with('?')) return origin + std::string(path) + std::string(location);
  return origin + std::string(path.substr(0, path.rfind('/') + 1)) + std::string(location);
}

struct Limits {
  std::uint64_t request_bytes;
  std::uint64_t response_bytes;

  static std::uint64_t of(std::int64_t configured, std::uint64_t most) {
    return configured < 0 ? most : std::min(most, static_cast<std::uint64_t>(configured));
  }
};

class ForwardAuth final : public Handler {
 public:
  ForwardAuth(const model::ForwardAuth& config, http::Url address, AuthHeaders headers, HandlerPtr server,
              HandlerPtr next)
      : config_(config),
        address_(std::move(address)),
        headers_(std::move(headers)),
        limits_{Limits::of(config.max_body_size, kRequestBytesMax),
                Limits::of(config.max_response_body_size, kResponseBytesMax)},
        server_(std::move(server)),
        next_(std::move(next)) {}

  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override {
    std::optional<TakenContent> content;
    if (config_.forward_body && exchange.request_body) {
      auto taken = co_await take_content(std::move(exchange.request_body), limits_.request_bytes);
      if (!taken || !taken->complete) {
        exchange.must_close = true;
        co_return status_response(taken ? 401 : status_of(taken.error()));
      }
      content = *std::move(taken);
      exchange.request_body = content->replay();
    }
    auto answer = co_await ask_server(exchange, content);
    if (!answer) co_return status_response(500);
    if (answer->head.status < 200 || answer->head.status >= 300) co_return refusal(*std::move(answer));
    if (!config_.header_field.empty()) exchange.record.user_name = answer->head.fields.get(config_.header_field);
    headers_.copy_to_request(answer->head.fields, exchange.request.fields);
    const auto cookies = headers_.cookies_of(answer->head.fields);
    answer.reset();
    auto response = co_await next_->handle(exchange);
    headers_.set_cookies(cookies, response.head.fields);
    co_return std::move(response);
  }

 private:
  // nullopt: there is no answer that could be judged.
  [[nodiscard]] Task<std::optional<Response>> ask_server(Exchange& exchange,
                                                         const std::optional<TakenContent>& content) const {
    Aside aside(exchange);
    prepare(exchange, aside.request);
    if (content) exchange.request_body = content->replay();
    auto& loop = exchange.worker().loop;
    auto answer = co_await async::with_deadline(loop, server_->handle(exchange), loop.deadline(kAnswerTimeMax));
    if (!answer || exchange.backend_error || answer->tunnel) co_return std::nullopt;
    if (!answer->body) co_return answer;
    const auto body = co_await take_content(std::move(answer->body), limits_.response_bytes);
    if (!body) co_return std::nullopt;
    if (!body->complete) co_return status_response(401);
    answer->body = body->replay();
    co_return answer;
  }

  void prepare(Exchange& exchange, SideRequest& side) const {
    const auto& asked = side.client_target();
    auto& request = exchange.request;
    auto& fields = request.fields;
    side.set_target(address_.target);
    if (config_.preserve_request_method) request.method = side.client_request().method;
    fields.remove({FieldId::kAcceptEncoding, FieldId::kRange, FieldId::kIfRange});
    if (!config_.trust_forward_header) fields.remove(kForwarded);
    if (!config_.auth_request_headers.empty()) keep_only(fields, config_.auth_request_headers);
    const auto tell = [&fields](FieldId id, std::string_view value) {
      if (!fields.has(id)) fields.set(id, value);
    };
    std::string chain;
    fields.for_each(FieldId::kXForwardedFor, [&chain](std::string_view line) { chain.append(line).append(", "); });
    fields.set(FieldId::kXForwardedFor, chain + exchange.client().address_text);
    tell(FieldId::kXForwardedMethod, side.client_request().method.token);
    tell(FieldId::kXForwardedProto, scheme_of(exchange));
    tell(FieldId::kXForwardedHost, asked.authority);
    tell(FieldId::kXForwardedUri, asked.path_and_query(request.storage()));
    tell(FieldId::kXForwardedPort, port_of(asked, fields.get(FieldId::kXForwardedProto)));
  }

  static void keep_only(http::Fields& fields, const std::vector<std::string>& names) {
    fields.remove_if([&names](const http::Field& field) {
      return std::ranges::none_of(names, [&field](const auto& name) { return base::iequals(name, field.name); });
    });
  }

  [[nodiscard]] Response refusal(Response answer) const {
    if (answer.head.status == 401 && !config_.auth_signin_url.empty()) {
      auto response = status_response(302);
      response.head.fields.set(FieldId::kLocation, config_.auth_signin_url);
      return response;
    }
    auto& fields = answer.head.fields;
    if (const auto location = fields.get(FieldId::kLocation); !location.empty() && !config_.preserve_location_header) {
      fields.set(FieldId::kLocation, absolute_location(address_, location));
    }
    return answer;
  }

  model::ForwardAuth config_;
  http::Url address_;
  AuthHeaders headers_;
  Limits limits_;
  HandlerPtr server_;
  HandlerPtr next_;
};

}  // namespace

Result<HandlerPtr> make_forward_auth(const model::ForwardAuth& config, HandlerPtr next,
                                     const MiddlewareContext& context) {
  if (config.address.empty()) return invalid_option("forwardAuth.address is missing");
  BASE_TRY(auto server, make_server(config, context.name));
  return make_forward_auth(config, std::move(server), std::move(next));
}

Result<HandlerPtr> make_forward_auth(const model::ForwardAuth& config, HandlerPtr server, HandlerPtr next) {
  auto address = http::Url::parse(config.address);
  if (!address) return base::fail(std::move(address).error().within("forwardAuth.address"));
  if (!config.header_field.empty() && !http::is_token(config.header_field)) {
    return invalid_option("forwardAuth.headerField: \"{}\" is no name of a header", config.header_field);
  }
  BASE_TRY(auto headers, AuthHeaders::make(config));
  return std::make_shared<ForwardAuth>(config, *std::move(address), std::move(headers), std::move(server),
                                       std::move(next));
}

}  // namespace gatehouse::edge
