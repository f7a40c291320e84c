#include "edge/middleware/path_rewrite.h"

#include "edge/middleware/invalid_option.h"
#include "http/path.h"
#include "http/syntax.h"

namespace gatehouse::edge {

using http::PathCleaning;

namespace {

// RFC 3986 3.3: pchar and '/', and the '%' of escapes that are there already.
bool has_place_in_path(char c) {
  return http::is_unreserved(c) || std::string_view("!$&'()*+,;=:@/%").find(c) != std::string_view::npos;
}

}  // namespace

std::string escaped_path(std::string_view text) {
  std::string path;
  path.reserve(text.size());
  for (const char c : text) {
    if (has_place_in_path(c)) {
      path += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    path += '%';
    path += http::kUpperHexDigits[byte >> 4];
    path += http::kUpperHexDigits[byte & 15];
  }
  return path;
}

std::optional<int> rewrite_path(Exchange& exchange, std::string_view escaped_path) {
  auto& storage = exchange.request.storage();
  const auto path = escaped_path.starts_with('/') ? storage.copy(escaped_path) : storage.join("/", escaped_path);
  const auto as_it_is = http::canonical_path(path, PathCleaning::kOff, storage);
  if (!as_it_is) return as_it_is.error() == http::Violation::kPercentEncoding ? 500 : 400;
  const auto cleaned = http::canonical_path(*as_it_is, PathCleaning::kOn, storage);
  if (!cleaned || *cleaned != *as_it_is) return 400;
  if (!exchange.target.set_path(*as_it_is, PathCleaning::kOff, storage)) return 400;
  return std::nullopt;
}

base::Result<std::string> canonical_prefix(std::string_view option, std::string_view prefix) {
  http::Arena arena;
  const auto escaped = escaped_path(prefix.starts_with('/') ? std::string(prefix) : "/" + std::string(prefix));
  const auto canonical = http::canonical_path(escaped, PathCleaning::kOn, arena);
  if (!canonical) return invalid_option("{}: \"{}\" is no path: {}", option, prefix, to_string(canonical.error()));
  return std::string(*canonical);
}

}  // namespace gatehouse::edge
