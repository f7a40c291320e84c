// What Traefik's file provider calls a template: `{{ env "NAME" }}` in a configuration file. Of Go's template language
// this is what such files use; anything else is refused by name, so that nobody serves half of a configuration.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gatehouse::discovery {

using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// A variable that is not set is empty, as in Traefik. kUnsupported names file:line.
base::Result<std::string> expand_template(std::string_view text, std::string_view file, const Environment& environment);

}  // namespace gatehouse::discovery
