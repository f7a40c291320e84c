#include "edge/middleware/strip_prefix_regex.h"

#include <optional>
#include <string>
#include <vector>

#include "edge/exchange.h"
#include "edge/middleware/answer.h"
#include "edge/middleware/path_rewrite.h"
#include "edge/middleware/regex.h"

namespace gatehouse::edge {

namespace {

// How many bytes of the escaped path the first `length` bytes of its routing path are; nullopt when these end within an
// escape. An escape that the routing path kept is as long in both.
std::optional<std::size_t> escaped_length(const http::Target& target, std::size_t length) {
  const auto routing = target.routing_path;
  std::size_t escaped = 0;
  std::size_t at = 0;
  while (at < length) {
    const bool is_escape = target.path[escaped] == '%';
    at += is_escape && routing[at] == '%' ? 3 : 1;
    escaped += is_escape ? 3 : 1;
  }
  return at == length ? std::optional(escaped) : std::nullopt;
}

class StripPrefixRegex final : public Handler {
 public:
  StripPrefixRegex(std::vector<Regex> patterns, HandlerPtr next)
      : patterns_(std::move(patterns)), next_(std::move(next)) {}

  [[nodiscard]] async::Task<Response> handle(Exchange& exchange) const override {
    const auto path = exchange.target.path;
    const auto routing_path = exchange.target.routing_path;
    for (const auto& pattern : patterns_) {
      const auto matched = pattern.match_at_start(routing_path);
      if (!matched || *matched == 0) continue;
      const auto stripped = escaped_length(exchange.target, *matched);
      if (!stripped) continue;
      if (const auto refusal = rewrite_path(exchange, path.substr(*stripped))) return answer_status(*refusal);
      exchange.request.fields.add(http::FieldId::kXForwardedPrefix, routing_path.substr(0, *matched));
      break;
    }
    return next_->handle(exchange);
  }

 private:
  std::vector<Regex> patterns_;
  HandlerPtr next_;
};

}  // namespace

base::Result<HandlerPtr> make_strip_prefix_regex(const model::StripPrefixRegex& config, HandlerPtr next,
                                                 const MiddlewareContext&) {
  std::vector<Regex> patterns;
  for (const auto& pattern : config.regex) {
    BASE_TRY(auto compiled, Regex::compile("stripPrefixRegex.regex", base::trim(pattern)));
    patterns.push_back(std::move(compiled));
  }
  return std::make_shared<StripPrefixRegex>(std::move(patterns), std::move(next));
}

}  // namespace gatehouse::edge
