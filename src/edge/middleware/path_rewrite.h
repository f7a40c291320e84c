// Putting another path into a request. Whatever a middleware made of it, the path goes on canonical, or not at all: a
// path that a backend would clean into another one than the edge routed and guarded is an attack
// (/api../admin without its prefix is /../admin). Behaviour: Traefik v3.7, which answers 400.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "edge/exchange.h"

namespace gatehouse::edge {

// The status to refuse the request with, or nullopt when the path was put in. 400: it is not canonical; 500: an escape
// is broken, which only a configured text can have caused. A missing slash in front is added.
std::optional<int> rewrite_path(Exchange& exchange, std::string_view escaped_path);

// A configured path as it is written in a request: bytes that have no place in one are escaped, a '%' stays.
std::string escaped_path(std::string_view text);

// A configured prefix in the form that canonical paths have: escaped, cleaned, with a slash in front.
base::Result<std::string> canonical_prefix(std::string_view option, std::string_view prefix);

}  // namespace gatehouse::edge
