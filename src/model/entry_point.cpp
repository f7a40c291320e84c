#include "model/entry_point.h"

#include <fmt/format.h>

#include "base/parse_int.h"

namespace gatehouse::model {

base::Result<Address> parse_address(std::string_view text) {
  const auto wrong = [&](std::string_view what) {
    return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator,
                      fmt::format("the address \"{}\" {}: write host:port, such as :443 or 127.0.0.1:8080, "
                                  "or add /udp",
                                  text, what));
  };
  Address address;
  auto rest = text;
  if (const auto slash = rest.rfind('/'); slash != std::string_view::npos) {
    const auto protocol = rest.substr(slash + 1);
    if (protocol != "tcp" && protocol != "udp") return wrong("has a protocol that is neither tcp nor udp");
    address.udp = protocol == "udp";
    rest = rest.substr(0, slash);
  }
  const auto colon = rest.rfind(':');
  if (colon == std::string_view::npos) return wrong("has no port");
  const auto port = base::parse_int<std::uint16_t>(rest.substr(colon + 1));
  if (!port) return wrong("has a port that is no number from 0 to 65535");
  address.port = *port;
  auto host = rest.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    if (host.empty()) return wrong("has empty brackets");
  } else if (host.find_first_of(":[]") != std::string_view::npos) {
    return wrong("has an IPv6 address without brackets");
  }
  address.host = host;
  return address;
}

}  // namespace gatehouse::model
