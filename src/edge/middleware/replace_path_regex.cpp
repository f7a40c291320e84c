#include "edge/middleware/replace_path_regex.h"

#include "edge/exchange.h"
#include "edge/middleware/answer.h"
#include "edge/middleware/path_rewrite.h"
#include "edge/middleware/regex.h"

namespace gatehouse::edge {

namespace {

class ReplacePathRegex final : public Handler {
 public:
  ReplacePathRegex(Regex regex, Regex::Replacement replacement, HandlerPtr next)
      : regex_(std::move(regex)), replacement_(std::move(replacement)), next_(std::move(next)) {}

  [[nodiscard]] async::Task<Response> handle(Exchange& exchange) const override {
    const auto path = exchange.target.path;
    if (const auto replaced = regex_.replace_all(path, replacement_)) {
      if (const auto refusal = rewrite_path(exchange, escaped_path(*replaced))) return answer_status(*refusal);
      exchange.request.fields.add("X-Replaced-Path", path);
    }
    return next_->handle(exchange);
  }

 private:
  Regex regex_;
  Regex::Replacement replacement_;
  HandlerPtr next_;
};

}  // namespace

base::Result<HandlerPtr> make_replace_path_regex(const model::ReplacePathRegex& config, HandlerPtr next,
                                                 const MiddlewareContext&) {
  BASE_TRY(auto regex, Regex::compile("replacePathRegex.regex", base::trim(config.regex)));
  auto replacement = regex.parse_replacement(base::trim(config.replacement));
  return std::make_shared<ReplacePathRegex>(std::move(regex), std::move(replacement), std::move(next));
}

}  // namespace gatehouse::edge
