#include "edge/middleware/strip_prefix.h"

#include <string>
#include <vector>

#include "base/text.h"
#include "edge/exchange.h"
#include "edge/middleware/answer.h"
#include "edge/middleware/path_rewrite.h"

namespace gatehouse::edge {

namespace {

struct Prefix {
  std::string escaped;  // what canonical paths begin with
  std::string told;     // in X-Forwarded-Prefix
};

class StripPrefix final : public Handler {
 public:
  StripPrefix(std::vector<Prefix> prefixes, HandlerPtr next) : prefixes_(std::move(prefixes)), next_(std::move(next)) {}

  [[nodiscard]] async::Task<Response> handle(Exchange& exchange) const override {
    const auto path = exchange.target.path;
    for (const auto& prefix : prefixes_) {
      if (!path.starts_with(prefix.escaped)) continue;
      if (const auto refusal = rewrite_path(exchange, path.substr(prefix.escaped.size()))) {
        return answer_status(*refusal);
      }
      exchange.request.fields.add(http::FieldId::kXForwardedPrefix, prefix.told);
      break;
    }
    return next_->handle(exchange);
  }

 private:
  std::vector<Prefix> prefixes_;
  HandlerPtr next_;
};

}  // namespace

base::Result<HandlerPtr> make_strip_prefix(const model::StripPrefix& config, HandlerPtr next,
                                           const MiddlewareContext&) {
  std::vector<Prefix> prefixes;
  for (const auto& configured : config.prefixes) {
    const std::string prefix(base::trim(configured));
    if (!prefix.empty()) prefixes.push_back({escaped_path(prefix), prefix});
  }
  return std::make_shared<StripPrefix>(std::move(prefixes), std::move(next));
}

}  // namespace gatehouse::edge
