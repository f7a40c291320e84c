#include "edge/middleware/headers.h"

#include "edge/exchange.h"
#include "edge/middleware/answer.h"
#include "edge/middleware/cors.h"
#include "edge/middleware/custom_headers.h"
#include "edge/middleware/invalid_option.h"
#include "edge/middleware/security_headers.h"

namespace gatehouse::edge {

using async::Task;

namespace {

struct Parts {
  Cors cors;
  CustomHeaders request;
  CustomHeaders response;
  SecurityHeaders security;
};

class Headers final : public Handler {
 public:
  Headers(Parts parts, HandlerPtr next)
      : parts_(std::move(parts)),
        changes_response_(!parts_.cors.is_empty() || !parts_.response.is_empty() || parts_.security.changes_response()),
        next_(std::move(next)) {}

  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override {
    if (!parts_.cors.is_empty() && parts_.cors.is_preflight(exchange.request)) {
      return answer(parts_.cors.answer_preflight(exchange.request));
    }
    parts_.request.apply_to_request(exchange);
    if (!changes_response_) return ask(exchange);
    return ask_and_change(exchange);
  }

 private:
  [[nodiscard]] Task<Response> ask(Exchange& exchange) const {
    if (!parts_.security.allows_host(exchange)) return answer(text_response(500, "Bad Host\n"));
    return next_->handle(exchange);
  }

  [[nodiscard]] Task<Response> ask_and_change(Exchange& exchange) const {
    const auto origin = exchange.request.fields.get(http::FieldId::kOrigin);
    const bool secure = parts_.security.is_secure(exchange);
    auto response = co_await ask(exchange);
    auto& fields = response.head.fields;
    parts_.security.apply(fields, secure);
    parts_.response.apply_to_response(fields);
    if (!parts_.cors.is_empty()) parts_.cors.apply(fields, origin);
    co_return std::move(response);
  }

  Parts parts_;
  bool changes_response_;
  HandlerPtr next_;
};

}  // namespace

base::Result<HandlerPtr> make_headers(const model::Headers& config, HandlerPtr next, const MiddlewareContext&) {
  if (config == model::Headers()) return invalid_option("headers: no option is set");
  BASE_TRY(auto cors, Cors::make(config));
  BASE_TRY(auto request, CustomHeaders::make("headers.customRequestHeaders", config.custom_request_headers));
  BASE_TRY(auto response, CustomHeaders::make("headers.customResponseHeaders", config.custom_response_headers));
  Parts parts{std::move(cors), std::move(request), std::move(response), SecurityHeaders(config)};
  return std::make_shared<Headers>(std::move(parts), std::move(next));
}

}  // namespace gatehouse::edge
