#include "edge/internal_services.h"

#include "edge/exchange.h"

namespace gatehouse::edge {

namespace {

// While the edge drains it accepts no connection, so whoever asks then is refused; terminatingStatusCode is for those
// that have one open.
class Ping final : public Handler {
 public:
  [[nodiscard]] async::Task<Response> handle(Exchange&) const override { co_return text_response(200, "OK"); }
};

class Noop final : public Handler {
 public:
  [[nodiscard]] async::Task<Response> handle(Exchange&) const override { co_return status_response(418); }
};

}  // namespace

HandlerPtr make_internal_service(std::string_view name, const model::Snapshot&) {
  if (name == "ping@internal") return std::make_shared<Ping>();
  if (name == "noop@internal") return std::make_shared<Noop>();
  return nullptr;
}

}  // namespace gatehouse::edge
