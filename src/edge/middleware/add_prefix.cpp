#include "edge/middleware/add_prefix.h"

#include <string>

#include "edge/exchange.h"
#include "edge/middleware/answer.h"
#include "edge/middleware/invalid_option.h"
#include "edge/middleware/path_rewrite.h"

namespace gatehouse::edge {

namespace {

class AddPrefix final : public Handler {
 public:
  AddPrefix(std::string prefix, HandlerPtr next) : prefix_(std::move(prefix)), next_(std::move(next)) {}

  [[nodiscard]] async::Task<Response> handle(Exchange& exchange) const override {
    auto& storage = exchange.request.storage();
    const auto path = storage.join(prefix_, exchange.target.path);
    // The path was canonical by the rules of its entry point, and what comes in front of it changes none of it.
    if (!exchange.target.set_path(path, http::PathCleaning::kOff, storage)) return answer_status(400);
    return next_->handle(exchange);
  }

 private:
  std::string prefix_;  // without a slash at the end: the path begins with one
  HandlerPtr next_;
};

}  // namespace

base::Result<HandlerPtr> make_add_prefix(const model::AddPrefix& config, HandlerPtr next, const MiddlewareContext&) {
  if (config.prefix.empty()) return invalid_option("addPrefix.prefix is missing");
  BASE_TRY(auto prefix, canonical_prefix("addPrefix.prefix", config.prefix));
  if (prefix.ends_with('/')) prefix.pop_back();
  return std::make_shared<AddPrefix>(std::move(prefix), std::move(next));
}

}  // namespace gatehouse::edge
