#include "edge/middleware/replace_path.h"

#include <string>

#include "edge/exchange.h"
#include "edge/middleware/answer.h"
#include "edge/middleware/invalid_option.h"
#include "edge/middleware/path_rewrite.h"

namespace gatehouse::edge {

namespace {

class ReplacePath final : public Handler {
 public:
  ReplacePath(std::string path, HandlerPtr next) : path_(std::move(path)), next_(std::move(next)) {}

  [[nodiscard]] async::Task<Response> handle(Exchange& exchange) const override {
    exchange.request.fields.add("X-Replaced-Path", exchange.target.path);
    if (!exchange.target.set_path(path_, http::PathCleaning::kOff, exchange.request.storage())) {
      return answer_status(500);
    }
    return next_->handle(exchange);
  }

 private:
  std::string path_;
  HandlerPtr next_;
};

}  // namespace

base::Result<HandlerPtr> make_replace_path(const model::ReplacePath& config, HandlerPtr next,
                                           const MiddlewareContext&) {
  if (config.path.empty()) return invalid_option("replacePath.path is missing");
  const auto escaped = escaped_path(config.path.starts_with('/') ? config.path : "/" + config.path);
  http::Arena arena;
  if (const auto valid = http::canonical_path(escaped, http::PathCleaning::kOff, arena); !valid) {
    return invalid_option("replacePath.path: \"{}\" is no path: {}", config.path, to_string(valid.error()));
  }
  return std::make_shared<ReplacePath>(escaped, std::move(next));
}

}  // namespace gatehouse::edge
