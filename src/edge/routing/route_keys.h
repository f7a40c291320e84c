// What can be proven of every request that a rule answers: that its host is one of a few, that its path begins with one
// of a few prefixes. The indexes go by it; they may offer a router too often, never too seldom. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/rule.h"

namespace gatehouse::edge {

// None: nothing can be proven, any is possible.
using RouteKeys = std::optional<std::vector<std::string>>;

// Bare hosts, and "*.parent" for those one label below a domain.
[[nodiscard]] RouteKeys host_keys(const model::Rule& rule);

[[nodiscard]] RouteKeys path_keys(const model::Rule& rule);

}  // namespace gatehouse::edge
