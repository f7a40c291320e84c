#include "edge/stream/server_address.h"

#include <optional>

#include <fmt/format.h>

#include "base/parse_int.h"

namespace gatehouse::edge {

base::Result<Origin> parse_server_address(const std::string& address) {
  const std::string_view text = address;
  const auto colon = text.rfind(':');
  auto host = text.substr(0, colon);
  const auto port =
      colon == std::string_view::npos ? std::nullopt : base::parse_int<std::uint16_t>(text.substr(colon + 1));
  const bool is_bracketed = host.starts_with('[') && host.ends_with(']');
  if (is_bracketed) host = host.substr(1, host.size() - 2);
  const bool is_plain = is_bracketed || host.find(':') == std::string_view::npos;
  if (!port || *port == 0 || host.empty() || !is_plain) {
    return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator,
                      fmt::format("loadBalancer.servers: \"{}\" is no address: write host:port", address));
  }
  Origin origin;
  origin.url = address;
  origin.host = host;
  origin.port = *port;
  return origin;
}

}  // namespace gatehouse::edge
