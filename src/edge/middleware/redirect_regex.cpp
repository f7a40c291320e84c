#include "edge/middleware/redirect_regex.h"

#include "edge/exchange.h"
#include "edge/middleware/answer.h"
#include "edge/middleware/location.h"
#include "edge/middleware/redirect.h"
#include "edge/middleware/regex.h"
#include "edge/middleware/request_url.h"

namespace gatehouse::edge {

namespace {

class RedirectRegex final : public Handler {
 public:
  RedirectRegex(Regex regex, Regex::Replacement replacement, bool permanent, HandlerPtr next)
      : regex_(std::move(regex)), replacement_(std::move(replacement)), permanent_(permanent), next_(std::move(next)) {}

  [[nodiscard]] async::Task<Response> handle(Exchange& exchange) const override {
    const auto url = request_url(exchange);
    const auto replaced = regex_.replace_all(url, replacement_);
    if (!replaced) return next_->handle(exchange);
    const auto location = location_of(*replaced);
    if (!location) return answer_status(502);
    if (*replaced == url) return next_->handle(exchange);
    return answer(redirect_response(exchange.request.method, *location, permanent_));
  }

 private:
  Regex regex_;
  Regex::Replacement replacement_;
  bool permanent_;
  HandlerPtr next_;
};

}  // namespace

base::Result<HandlerPtr> make_redirect_regex(const model::RedirectRegex& config, HandlerPtr next,
                                             const MiddlewareContext&) {
  BASE_TRY(auto regex, Regex::compile("redirectRegex.regex", config.regex));
  auto replacement = regex.parse_replacement(config.replacement);
  return std::make_shared<RedirectRegex>(std::move(regex), std::move(replacement), config.permanent, std::move(next));
}

}  // namespace gatehouse::edge
