#include "edge/middleware/request_source.h"

#include <fmt/format.h>

#include "edge/middleware/invalid_option.h"

namespace gatehouse::edge {

base::Result<RequestSource> RequestSource::make(std::string_view option,
                                                const std::optional<model::SourceCriterion>& config, Kind otherwise) {
  const auto criterion = config.value_or(model::SourceCriterion());
  const int count = static_cast<int>(criterion.ip_strategy.has_value()) + static_cast<int>(criterion.request_host) +
                    static_cast<int>(!criterion.request_header_name.empty());
  if (count > 1) {
    return invalid_option("{}: only one of ipStrategy, requestHeaderName and requestHost may be set", option);
  }
  BASE_TRY(auto strategy, IpStrategy::make(fmt::format("{}.ipStrategy", option), criterion.ip_strategy));
  const Kind kind = criterion.ip_strategy                    ? Kind::kAddress
                    : criterion.request_host                 ? Kind::kHost
                    : !criterion.request_header_name.empty() ? Kind::kField
                                                             : otherwise;
  return RequestSource(kind, std::move(strategy), criterion.request_header_name);
}

std::string RequestSource::of(const Exchange& exchange) const {
  switch (kind_) {
    case Kind::kAddress: {
      const auto client = strategy_.client_of(exchange);
      return client ? client->to_string() : std::string();
    }
    case Kind::kField:
      return std::string(exchange.request.fields.get(field_));
    case Kind::kHost:
      return std::string(exchange.target.host);
  }
  return {};
}

}  // namespace gatehouse::edge
