// The path of a request, made canonical once, so that routing, middlewares, log and backend read the same one. What is
// here is what Traefik v3 does to it before it routes (normalised escapes, cleaned path), and in addition a refusal of
// paths of which servers behind a proxy are known to make another one. Pure functions; results live in the arena.
#pragma once

#include <cstdint>
#include <string_view>

#include "http/arena.h"
#include "http/violation.h"

namespace gatehouse::http {

enum class PathCleaning : std::uint8_t { kOn, kOff };

// The escaped path, absolute, in its canonical form:
// - an escaped unreserved character stands for itself, the digits of other escapes are upper-case (RFC 3986 6.2.2);
// - with cleaning, "//", "/./" and "/../" are resolved as Go's path.Clean does; a slash at the end stays.
// kPercentEncoding: '%' without two hexadecimal digits. kAmbiguousPath: a backslash; with cleaning, also a segment that
// is a dot segment for who takes %2F or %5C for a slash, or cuts path parameters off ("..;"), and one that ends with an
// escaped dot ("api%2e"): Windows drops such dots, and who cuts a prefix off the decoded path cuts in the wrong place.
Parsed<std::string_view> canonical_path(std::string_view path, PathCleaning cleaning, Arena& arena);

// What rules are matched against: a canonical path, decoded but for the escapes of reserved characters and of '%'.
std::string_view routing_path(std::string_view canonical, Arena& arena);

// Escapes that a backend may decode into something with a meaning: Traefik's encodedCharacters.
struct EncodedCharacters {
  bool slash = false;           // %2F
  bool backslash = false;       // %5C
  bool null_character = false;  // %00
  bool semicolon = false;       // %3B
  bool percent = false;         // %25
  bool question_mark = false;   // %3F
  bool hash = false;            // %23

  // Is each of these among the allowed ones?
  [[nodiscard]] bool within(const EncodedCharacters& allowed) const;
};

// Those that occur in an escaped path.
EncodedCharacters encoded_characters(std::string_view path);

}  // namespace gatehouse::http
