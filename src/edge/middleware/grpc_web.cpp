#include "edge/middleware/grpc_web.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "edge/exchange.h"
#include "edge/middleware/answer.h"
#include "edge/middleware/factory.h"
#include "edge/middleware/grpc_web_body.h"

namespace gatehouse::edge {

using async::Task;
using http::FieldId;

namespace {

constexpr std::string_view kWebType = "application/grpc-web";
constexpr std::string_view kTextType = "application/grpc-web-text";
constexpr std::string_view kType = "application/grpc";
constexpr std::string_view kPreflightTime = "600";  // seconds

// What a request of a page for another origin begins with: whether it may be sent at all.
bool is_preflight(const http::RequestHead& request) {
  if (request.method.id != http::MethodId::kOptions || !request.fields.has(FieldId::kAccessControlRequestMethod))
    return false;
  return request.fields.lists(FieldId::kAccessControlRequestHeaders, "x-grpc-web");
}

bool is_grpc_web(const http::RequestHead& request) {
  return request.method.id == http::MethodId::kPost && request.fields.get(FieldId::kContentType).starts_with(kWebType);
}

class GrpcWeb final : public Handler {
 public:
  GrpcWeb(std::vector<std::string> origins, HandlerPtr next) : origins_(std::move(origins)), next_(std::move(next)) {}

  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override {
    if (is_preflight(exchange.request)) return answer(answer_preflight(exchange.request));
    if (is_grpc_web(exchange.request)) return translate(exchange);
    return next_->handle(exchange);
  }

 private:
  [[nodiscard]] bool allows(std::string_view origin) const {
    return std::ranges::any_of(origins_, [origin](const auto& known) { return known == "*" || known == origin; });
  }

  [[nodiscard]] Response answer_preflight(const http::RequestHead& request) const {
    Response response;
    response.head = http::ResponseHead::of(204);
    auto& fields = response.head.fields;
    fields.set(FieldId::kVary, "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
    const auto origin = request.fields.get(FieldId::kOrigin);
    const auto method = request.fields.get(FieldId::kAccessControlRequestMethod);
    if (origin.empty() || !allows(origin) || (method != "POST" && method != "GET" && method != "HEAD")) return response;
    fields.set(FieldId::kAccessControlAllowOrigin, origin);
    fields.set(FieldId::kAccessControlAllowMethods, method);
    fields.set(FieldId::kAccessControlAllowHeaders, request.fields.get(FieldId::kAccessControlRequestHeaders));
    fields.set(FieldId::kAccessControlAllowCredentials, "true");
    fields.set(FieldId::kAccessControlMaxAge, kPreflightTime);
    return response;
  }

  [[nodiscard]] Task<Response> translate(Exchange& exchange) const {
    auto& fields = exchange.request.fields;
    const std::string type(fields.get(FieldId::kContentType));
    const std::string origin(fields.get(FieldId::kOrigin));
    const bool is_text = type.starts_with(kTextType);
    const auto web_type = is_text ? kTextType : kWebType;
    fields.set(FieldId::kContentType, std::string(kType) + type.substr(web_type.size()));
    fields.set(FieldId::kTe, "trailers");
    if (is_text) {
      fields.remove(FieldId::kContentLength);
      if (exchange.request_body) {
        exchange.request_body = std::make_unique<DecodedBody>(std::move(exchange.request_body));
      }
    }
    auto response = co_await next_->handle(exchange);
    if (response.tunnel) co_return std::move(response);
    mark(response.head.fields, web_type, origin);
    // Without content the trailers, if there are any, are in the head.
    if (response.body && response.head.fields.get("Grpc-Status").empty()) {
      using Coding = FramedTrailersBody::Coding;
      response.head.fields.remove(FieldId::kContentLength);
      response.body =
          std::make_unique<FramedTrailersBody>(std::move(response.body), is_text ? Coding::kBase64 : Coding::kBinary);
    }
    co_return std::move(response);
  }

  // The page may read everything that the service says to it.
  void mark(http::Fields& fields, std::string_view web_type, std::string_view origin) const {
    if (const auto type = fields.get(FieldId::kContentType); type.starts_with(kType) && !type.starts_with(kWebType)) {
      fields.set(FieldId::kContentType, std::string(web_type) + std::string(type.substr(kType.size())));
    }
    fields.remove(FieldId::kTrailer);
    fields.add(FieldId::kVary, "Origin");
    if (origin.empty() || !allows(origin)) return;
    std::vector<std::string> names = {"grpc-status", "grpc-message"};
    for (const auto& field : fields) {
      auto name = base::to_lower(field.name);
      if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
    }
    fields.set(FieldId::kAccessControlAllowOrigin, origin);
    fields.set(FieldId::kAccessControlAllowCredentials, "true");
    fields.set(FieldId::kAccessControlExposeHeaders, base::join(names, ", "));
  }

  std::vector<std::string> origins_;
  HandlerPtr next_;
};

}  // namespace

base::Result<HandlerPtr> make_grpc_web(const model::GrpcWeb& config, HandlerPtr next, const MiddlewareContext&) {
  return std::make_shared<GrpcWeb>(config.allow_origins, std::move(next));
}

}  // namespace gatehouse::edge
