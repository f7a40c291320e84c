// HTTP-version of a start line (RFC 9112 2.3). Pure function, any thread.
#pragma once

#include <string_view>

#include "http/message.h"
#include "http/violation.h"

namespace gatehouse::http::h1 {

// A later minor version is treated as 1.1, as RFC 9110 2.5 says; a version of another form is no HTTP at all.
constexpr Parsed<Version> parse_version(std::string_view text) {
  if (text == "HTTP/1.1") return Version::kHttp11;
  if (text == "HTTP/1.0") return Version::kHttp10;
  const bool has_form = text.size() == 8 && text.starts_with("HTTP/") && base::is_digit(text[5]) && text[6] == '.' &&
                        base::is_digit(text[7]);
  if (!has_form) return std::unexpected(Violation::kVersion);
  if (text[5] != '1') return std::unexpected(Violation::kVersionUnsupported);
  return Version::kHttp11;
}

}  // namespace gatehouse::http::h1
