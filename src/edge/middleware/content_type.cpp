#include "edge/middleware/content_type.h"

#include <string>

#include "edge/exchange.h"
#include "edge/middleware/sniff.h"
#include "edge/middleware/taken_content.h"

namespace gatehouse::edge {

using async::Task;
using http::FieldId;

namespace {

bool wants_type(const Response& response) {
  const auto& fields = response.head.fields;
  return response.body && response.body->remaining() != 0 && !response.tunnel && !fields.has(FieldId::kContentType) &&
         !fields.has(FieldId::kContentEncoding);
}

class ContentType final : public Handler {
 public:
  explicit ContentType(HandlerPtr next) : next_(std::move(next)) {}

  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override {
    auto response = co_await next_->handle(exchange);
    if (!wants_type(response) || exchange.request.method.id == http::MethodId::kHead) co_return std::move(response);
    const auto first = co_await response.body->next();
    if (!first) co_return status_response(status_of(first.error()));
    if (first->empty()) {
      response.body = nullptr;
      co_return std::move(response);
    }
    response.head.fields.set(FieldId::kContentType, sniff_content_type(*first));
    const TakenContent start{.text = std::make_shared<const std::string>(*first), .source = std::move(response.body)};
    response.body = start.replay();
    co_return std::move(response);
  }

 private:
  HandlerPtr next_;
};

}  // namespace

base::Result<HandlerPtr> make_content_type(const model::ContentType&, HandlerPtr next, const MiddlewareContext&) {
  return std::make_shared<ContentType>(std::move(next));
}

}  // namespace gatehouse::edge
