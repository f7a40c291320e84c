// What routing sees of a request: views that the exchange holds, valid for the length of one match. Made on the
// worker's thread, on the stack.
#pragma once

#include <string_view>

#include "base/ip_address.h"
#include "http/fields.h"

namespace gatehouse::edge {

struct RequestView {
  std::string_view host;    // lower case, without port and brackets; a trailing dot may stand; empty if there was none
  std::string_view path;    // the routing path: all but reserved characters decoded
  std::string_view query;   // as it was sent, without the question mark
  std::string_view method;  // as it was sent
  const http::Fields& fields;
  base::IpAddress client;  // the peer, or whom the PROXY protocol names: never from X-Forwarded-For
  bool secure = false;     // came over TLS
};

// The name without the dot that may end a fully qualified one.
[[nodiscard]] constexpr std::string_view bare_host(std::string_view host) {
  if (host.size() > 1 && host.back() == '.') host.remove_suffix(1);
  return host;
}

// "example.com" of "www.example.com"; empty when there is nothing on one side of the first dot.
[[nodiscard]] constexpr std::string_view parent_domain(std::string_view bare) {
  const auto dot = bare.find('.');
  return dot == 0 || dot == std::string_view::npos ? std::string_view() : bare.substr(dot + 1);
}

}  // namespace gatehouse::edge
