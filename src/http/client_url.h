// Url: an address that a client of ours asks, taken apart: who answers (Origin) and what it is asked for. Values.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/target.h"

namespace gatehouse::http {

// Who answers: two requests to one origin may share a connection.
struct Origin {
  Scheme scheme = Scheme::kHttp;
  std::string host;  // lower-case; an IPv6 address without its brackets
  std::uint16_t port = 80;

  // As the Host field has it: "name", "name:8080", "[::1]:8080"; the scheme's own port is left out.
  [[nodiscard]] std::string authority() const;
  // "https://name:8443".
  [[nodiscard]] std::string to_string() const;

  friend auto operator<=>(const Origin&, const Origin&) = default;
};

struct Url {
  Origin origin;
  std::string target;  // path and query; "/" where the text has no path

  // "http://host[:port][/path][?query]" or https; a fragment is left out. kInvalid for anything else: another scheme,
  // user information, bytes that would have to be escaped.
  static base::Result<Url> parse(std::string_view text);
  [[nodiscard]] std::string to_string() const;
};

// Every byte but letters, digits and "-._~" as %XX: for one segment of a path or one value of a query.
std::string percent_encoded(std::string_view text);

}  // namespace gatehouse::http
