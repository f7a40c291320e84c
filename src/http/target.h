// Target: the one reading of what a request asks for. Made once, before routing; routing, middlewares, log and backend
// use it and never the raw target again, so that no two of them can be led to see different requests. Owned by the
// exchange; its text lives in the storage of the request's head, so it must not outlive that; same thread.
//
// Sources: RFC 9112 3.2 (the four forms), RFC 3986, and Traefik v3's order of processing.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "http/message.h"
#include "http/path.h"
#include "http/violation.h"

namespace gatehouse::http {

enum class Scheme : std::uint8_t { kHttp, kHttps };

std::string_view to_string(Scheme scheme);
constexpr std::uint16_t default_port(Scheme scheme) { return scheme == Scheme::kHttps ? 443 : 80; }

enum class TargetForm : std::uint8_t {
  kOrigin,     // /path?query
  kAbsolute,   // http://host/path?query
  kAuthority,  // host:port, of CONNECT
  kAsterisk,   // *, of OPTIONS
};

enum class QuerySemicolons : std::uint8_t {
  kSeparate,  // become '&'
  kEscape,    // become "%3B"
};

// How an entry point reads targets.
struct TargetRules {
  PathCleaning cleaning = PathCleaning::kOn;
  QuerySemicolons semicolons = QuerySemicolons::kSeparate;
};

struct Target {
  TargetForm form = TargetForm::kOrigin;
  Scheme scheme = Scheme::kHttp;      // of the connection
  std::string_view authority;         // host and port as they came; empty: the request names none
  std::string_view host;              // lower-case, without port and brackets
  bool is_ipv6 = false;               // of host
  std::optional<std::uint16_t> port;  // as named, never the scheme's own
  std::string_view ignored_host;      // of a Host field that an absolute target overrules and that names another one
  std::string_view path;              // canonical and escaped; "*" of kAsterisk, empty of kAuthority
  std::string_view routing_path;      // decoded, as rules see it
  std::string_view query;             // without the '?'
  bool has_query = false;             // tells "/a?" from "/a"

  // Puts another escaped path in, made canonical under the same rules as a path from outside.
  Parsed<> set_path(std::string_view escaped_path, PathCleaning cleaning, Arena& arena);

  // "/path?query" for a request line or a log; a view of the arena where there is a query.
  [[nodiscard]] std::string_view path_and_query(Arena& arena) const;
};

// Reads head.target and the Host field; `scheme` is that of the connection. In absolute form the authority of the
// target counts, and replaces the Host field (RFC 9112 3.2.2). Fails with the violation to answer with.
Parsed<Target> parse_target(RequestHead& head, Scheme scheme, const TargetRules& rules);

}  // namespace gatehouse::http
