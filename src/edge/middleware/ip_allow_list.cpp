#include "edge/middleware/ip_allow_list.h"

#include <algorithm>
#include <vector>

#include "edge/middleware/answer.h"
#include "edge/middleware/invalid_option.h"
#include "edge/middleware/ip_strategy.h"

namespace gatehouse::edge {

namespace {

constexpr int kDefaultRejectStatus = 403;

class IpAllowList final : public Handler {
 public:
  IpAllowList(std::vector<base::Cidr> ranges, IpStrategy strategy, int reject_status, HandlerPtr next)
      : ranges_(std::move(ranges)),
        strategy_(std::move(strategy)),
        reject_status_(reject_status),
        next_(std::move(next)) {}

  [[nodiscard]] async::Task<Response> handle(Exchange& exchange) const override {
    const auto client = strategy_.client_of(exchange);
    const bool allowed =
        client && std::ranges::any_of(ranges_, [&client](const auto& range) { return range.contains(*client); });
    return allowed ? next_->handle(exchange) : answer_status(reject_status_);
  }

 private:
  std::vector<base::Cidr> ranges_;
  IpStrategy strategy_;
  int reject_status_;
  HandlerPtr next_;
};

}  // namespace

base::Result<HandlerPtr> make_ip_allow_list(const model::IpAllowList& config, HandlerPtr next,
                                            const MiddlewareContext&) {
  if (config.source_range.empty()) return invalid_option("ipAllowList.sourceRange is empty: nobody would pass");
  std::vector<base::Cidr> ranges;
  for (const auto& text : config.source_range) {
    const auto range = base::Cidr::parse(base::trim(text));
    if (!range) return invalid_option("ipAllowList.sourceRange: \"{}\" is no address and no range", text);
    ranges.push_back(*range);
  }
  const auto status = config.reject_status_code == 0 ? kDefaultRejectStatus : config.reject_status_code;
  if (status < 100 || status > 599 || http::reason_of(static_cast<int>(status)).empty()) {
    return invalid_option("ipAllowList.rejectStatusCode: {} is no status", status);
  }
  BASE_TRY(auto strategy, IpStrategy::make("ipAllowList.ipStrategy", config.ip_strategy));
  return std::make_shared<IpAllowList>(std::move(ranges), std::move(strategy), static_cast<int>(status),
                                       std::move(next));
}

}  // namespace gatehouse::edge
