#include "edge/middleware/redirect_scheme.h"

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/parse_int.h"
#include "edge/exchange.h"
#include "edge/middleware/answer.h"
#include "edge/middleware/invalid_option.h"
#include "edge/middleware/redirect.h"
#include "edge/middleware/request_url.h"
#include "http/syntax.h"

namespace gatehouse::edge {

namespace {

bool is_default_port(std::string_view scheme, std::string_view port) {
  return (scheme == "http" && port == "80") || (scheme == "https" && port == "443");
}

struct Authority {
  std::string_view host;  // as it was spelled, with its brackets
  std::string_view port;  // empty: none
};

Authority split_authority(std::string_view authority) {
  const auto colon = authority.rfind(':');
  if (colon == std::string_view::npos || authority.find(']', colon) != std::string_view::npos) return {authority, {}};
  return {authority.substr(0, colon), authority.substr(colon + 1)};
}

// What the client used: its connection, or what a trusted proxy in front says of it. The header was set or checked when
// the request came in; ws and wss are the same connections before their upgrade.
std::string_view client_scheme(const Exchange& exchange) {
  const auto forwarded = exchange.request.fields.get(http::FieldId::kXForwardedProto);
  if (base::iequals(forwarded, "https") || base::iequals(forwarded, "wss")) return "https";
  if (base::iequals(forwarded, "http") || base::iequals(forwarded, "ws")) return "http";
  return scheme_of(exchange);
}

std::string make_url(std::string_view scheme, std::string_view host, std::string_view port, std::string_view uri) {
  return fmt::format("{}://{}{}{}{}", scheme, host, port.empty() ? "" : ":", port, uri);
}

class RedirectScheme final : public Handler {
 public:
  RedirectScheme(const model::RedirectScheme& config, HandlerPtr next)
      : scheme_(config.scheme),
        port_(is_default_port(config.scheme, config.port) ? "" : config.port),
        permanent_(config.permanent),
        next_(std::move(next)) {}

  [[nodiscard]] async::Task<Response> handle(Exchange& exchange) const override {
    const auto uri = exchange.target.path_and_query(exchange.request.storage());
    const auto [host, port] = split_authority(exchange.target.authority);
    const auto scheme = client_scheme(exchange);
    const auto wanted = make_url(scheme_, host, port_, uri);
    if (wanted == make_url(scheme, host, is_default_port(scheme, port) ? "" : port, uri)) {
      return next_->handle(exchange);
    }
    return answer(redirect_response(exchange.request.method, wanted, permanent_));
  }

 private:
  std::string scheme_;
  std::string port_;
  bool permanent_;
  HandlerPtr next_;
};

bool is_scheme(std::string_view text) {
  return !text.empty() && base::is_alpha(text.front()) &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.") ==
             std::string_view::npos;
}

}  // namespace

base::Result<HandlerPtr> make_redirect_scheme(const model::RedirectScheme& config, HandlerPtr next,
                                              const MiddlewareContext&) {
  if (config.scheme.empty()) return invalid_option("redirectScheme.scheme is missing: write https");
  if (!is_scheme(config.scheme)) return invalid_option("redirectScheme.scheme: \"{}\" is no scheme", config.scheme);
  if (!config.port.empty() && !base::parse_int<std::uint16_t>(config.port)) {
    return invalid_option("redirectScheme.port: \"{}\" is no port", config.port);
  }
  return std::make_shared<RedirectScheme>(config, std::move(next));
}

}  // namespace gatehouse::edge
