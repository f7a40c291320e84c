#include "http/host.h"

#include <algorithm>

#include "base/ip_address.h"
#include "base/parse_int.h"
#include "base/text.h"
#include "http/syntax.h"

namespace gatehouse::http {
namespace {

// Letters, digits, hyphen and dot, and the underscore of container names. Escapes and sub-delimiters are legal in a
// reg-name, but no host that exists has them, and readers differ about what they mean.
bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= Host::kNameBytesMax &&
         std::ranges::all_of(text, [](char c) { return base::is_alnum(c) || c == '-' || c == '.' || c == '_'; });
}

bool is_ipv6_address(std::string_view text) {
  const bool has_alphabet = std::ranges::all_of(text, [](char c) { return c == ':' || c == '.' || hex_value(c) >= 0; });
  return has_alphabet && text.find(':') != std::string_view::npos && base::IpAddress::parse(text).has_value();
}

}  // namespace

Parsed<Host> Host::parse(std::string_view text) {
  Host host;
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return std::unexpected(Violation::kHost);
    host.name = text.substr(1, close - 1);
    host.is_ipv6 = true;
    rest = text.substr(close + 1);
  } else {
    const auto colon = std::min(text.find(':'), text.size());
    host.name = text.substr(0, colon);
    rest = text.substr(colon);
  }
  if (host.is_ipv6 ? !is_ipv6_address(host.name) : !is_name(host.name)) return std::unexpected(Violation::kHost);
  if (rest.empty() || rest == ":") return host;
  // Six digits are enough for any port, and leading zeros for a disguise.
  const bool has_form = rest.starts_with(':') && base::is_digit(rest[1]) && rest.size() <= 6;
  if (has_form) host.port = base::parse_int<std::uint16_t>(rest.substr(1));
  if (!host.port) return std::unexpected(Violation::kHost);
  return host;
}

}  // namespace gatehouse::http
