// Host: the name or address, and the port, that a request or a URL names (RFC 3986 3.2.2, 3.2.3), read strictly: what
// two readers could take for two hosts is refused. Pure function; the views are of the text that was given.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "http/violation.h"

namespace gatehouse::http {

struct Host {
  static constexpr std::size_t kNameBytesMax = 254;  // 253 (RFC 1035) and a trailing dot

  std::string_view name;              // in the case that it came in; an IPv6 address without its brackets
  std::optional<std::uint16_t> port;  // nullopt: none, also for "host:"
  bool is_ipv6 = false;

  // "name", "name:port", "192.0.2.1:80", "[2001:db8::1]:80"; no user information, list, escape or zone. Fails with
  // kHost, also for an empty text.
  static Parsed<Host> parse(std::string_view text);
};

// "example.com." names what "example.com" names; a comparison of hosts may leave the dot out on both sides.
constexpr std::string_view without_trailing_dot(std::string_view name) {
  return name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}

}  // namespace gatehouse::http
