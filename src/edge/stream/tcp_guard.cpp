#include "edge/stream/tcp_guard.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace gatehouse::edge {

using base::Result;

Result<TcpGuard> TcpGuard::make(const model::TcpMiddleware& config, const std::string& key,
                                Kept<InFlightTable>& tables) {
  TcpGuard guard;
  if (config.in_flight_conn) {
    guard.connections_max_ = config.in_flight_conn->amount;
    guard.table_ = tables.find_or_make("tcp\n" + key);
    return guard;
  }
  const auto& list = config.ip_allow_list ? config.ip_allow_list : config.ip_white_list;
  for (const auto& text : list ? list->source_range : std::vector<std::string>()) {
    const auto range = base::Cidr::parse(base::trim(text));
    if (!range) {
      return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator,
                        fmt::format("ipAllowList.sourceRange: \"{}\" is no address and no range", text));
    }
    guard.allowed_.push_back(*range);
  }
  return guard;
}

std::optional<TcpPass> TcpGuard::admit(const base::IpAddress& client, std::string_view client_text) const {
  if (table_) {
    const auto place = table_->enter(client_text, connections_max_);
    if (!place) return std::nullopt;
    return TcpPass(table_, *place);
  }
  const bool is_allowed =
      std::ranges::any_of(allowed_, [&client](const auto& range) { return range.contains(client); });
  return is_allowed ? std::optional<TcpPass>(std::in_place) : std::nullopt;
}

}  // namespace gatehouse::edge
