#include "edge/middleware/errors.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "edge/exchange.h"
#include "edge/middleware/factory.h"
#include "edge/middleware/invalid_option.h"
#include "edge/middleware/query_escaped.h"
#include "edge/middleware/request_url.h"
#include "edge/middleware/side_request.h"
#include "model/status_ranges.h"

namespace gatehouse::edge {

using async::Task;

namespace {

struct Rewrite {
  model::StatusRange from;
  int to;
};

// What asks for less than the whole page.
constexpr http::FieldIdSet kConditional = {
    http::FieldId::kIfMatch, http::FieldId::kIfNoneMatch,       http::FieldId::kIfModifiedSince,
    http::FieldId::kIfRange, http::FieldId::kIfUnmodifiedSince, http::FieldId::kRange,
};

void replace_every(std::string& text, std::string_view placeholder, std::string_view value) {
  for (auto at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at + value.size())) {
    text.replace(at, placeholder.size(), value);
  }
}

void keep_only(http::Fields& fields, const std::vector<std::string>& names) {
  fields.remove_if([&names](const http::Field& field) {
    if (field.id == http::FieldId::kHost) return false;
    return std::ranges::none_of(names, [&field](const auto& name) { return base::iequals(name, field.name); });
  });
}

struct Settings {
  model::StatusRanges statuses;
  std::vector<Rewrite> rewrites;
  std::string query;
  std::optional<std::vector<std::string>> header_names;
};

class Errors final : public Handler {
 public:
  Errors(Settings settings, HandlerPtr pages, HandlerPtr next)
      : settings_(std::move(settings)), pages_(std::move(pages)), next_(std::move(next)) {}

  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override {
    auto response = co_await next_->handle(exchange);
    if (response.tunnel || !settings_.statuses.contains(response.head.status)) co_return std::move(response);
    const int original = response.head.status;
    const int status = rewritten(original);
    response = Response();  // before the page is asked for: its connection may be of use
    const auto page = page_for(exchange, original, status);
    SideRequest request(exchange);
    request.set_target(page);
    exchange.request.fields.remove(kConditional);
    if (settings_.header_names) keep_only(exchange.request.fields, *settings_.header_names);
    response = co_await pages_->handle(exchange);
    response.head.status = status;
    response.head.reason = http::reason_of(status);
    co_return std::move(response);
  }

 private:
  [[nodiscard]] int rewritten(int status) const {
    for (const auto& rewrite : settings_.rewrites) {
      if (rewrite.from.contains(status)) return rewrite.to;
    }
    return status;
  }

  [[nodiscard]] std::string page_for(Exchange& exchange, int original, int status) const {
    if (settings_.query.empty()) return "/";
    std::string page = settings_.query.starts_with('/') ? settings_.query : "/" + settings_.query;
    replace_every(page, "{status}", std::to_string(status));
    replace_every(page, "{originalStatus}", std::to_string(original));
    replace_every(page, "{url}", query_escaped(request_url(exchange)));
    return page;
  }

  Settings settings_;
  HandlerPtr pages_;
  HandlerPtr next_;
};

}  // namespace

base::Result<HandlerPtr> make_errors(const model::ErrorPages& config, HandlerPtr next,
                                     const MiddlewareContext& context) {
  if (config.service.empty()) return invalid_option("errors.service is missing: name the service that has the pages");
  Settings settings{
      .statuses = {}, .rewrites = {}, .query = config.query, .header_names = config.error_request_headers};
  auto statuses = model::StatusRanges::parse(config.status);
  if (!statuses) return base::fail(std::move(statuses).error().within("errors.status"));
  settings.statuses = *std::move(statuses);
  for (const auto& [from, to] : config.status_rewrites) {
    auto range = model::StatusRange::parse(from);
    if (!range) return base::fail(std::move(range).error().within("errors.statusRewrites"));
    if (to < 100 || to > 999) return invalid_option("errors.statusRewrites.{}: {} is no status", from, to);
    settings.rewrites.push_back({*range, static_cast<int>(to)});
  }
  auto pages = context.service(config.service);
  if (!pages) return base::fail(std::move(pages).error().within("errors.service"));
  return std::make_shared<Errors>(std::move(settings), *std::move(pages), std::move(next));
}

}  // namespace gatehouse::edge
