#include "edge/middleware/location.h"

#include <algorithm>

#include "base/text.h"
#include "http/host.h"
#include "http/syntax.h"

namespace gatehouse::edge {

namespace {

constexpr std::string_view kNotInPath = " \"<>\\^`{|}";
constexpr std::string_view kNotInQuery = " ";

void append_escaped(std::string& out, std::string_view text, std::string_view forbidden) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && forbidden.find(c) == std::string_view::npos) {
      out += c;
      continue;
    }
    out += '%';
    out += http::kUpperHexDigits[byte >> 4];
    out += http::kUpperHexDigits[byte & 15];
  }
}

bool has_broken_escape(std::string_view text) {
  for (auto at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    if (at + 2 >= text.size() || http::hex_value(text[at + 1]) < 0 || http::hex_value(text[at + 2]) < 0) return true;
  }
  return false;
}

// The bytes of "scheme:" at the start; 0: there is none; nullopt: something stands in its place that is none.
std::optional<std::size_t> scheme_bytes(std::string_view url) {
  const auto end = url.find_first_of(":/?#");
  if (end == std::string_view::npos || url[end] != ':') return 0;
  const auto scheme = url.substr(0, end);
  const bool valid = !scheme.empty() && base::is_alpha(scheme.front()) && std::ranges::all_of(scheme, [](char c) {
    return base::is_alnum(c) || c == '+' || c == '-' || c == '.';
  });
  return valid ? std::optional(end + 1) : std::nullopt;
}

bool is_authority(std::string_view authority) {
  const auto at = authority.rfind('@');
  const auto host = at == std::string_view::npos ? authority : authority.substr(at + 1);
  return host.empty() || http::Host::parse(host).has_value();
}

}  // namespace

std::optional<std::string> location_of(std::string_view url) {
  if (std::ranges::any_of(url, [](char c) { return http::is_control(c) || c == '\t'; })) return std::nullopt;
  const auto scheme = scheme_bytes(url);
  if (!scheme) return std::nullopt;
  std::size_t path_begin = *scheme;
  if (url.substr(*scheme).starts_with("//")) {
    path_begin = std::min(url.find_first_of("/?#", *scheme + 2), url.size());
    if (!is_authority(url.substr(*scheme + 2, path_begin - *scheme - 2))) return std::nullopt;
  }
  const auto query_begin = std::min(url.find_first_of("?#", path_begin), url.size());
  const auto path = url.substr(path_begin, query_begin - path_begin);
  if (has_broken_escape(path)) return std::nullopt;
  std::string location(url.substr(0, path_begin));
  append_escaped(location, path, kNotInPath);
  append_escaped(location, url.substr(query_begin), kNotInQuery);
  return location;
}

}  // namespace gatehouse::edge
