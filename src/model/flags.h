// Command line arguments to names and values, as Traefik's flag parser does. Used by the .cpp files of model/ only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/reflect.h"
#include "model/tree.h"

namespace gatehouse::model {

// The option that a dotted name leads to ("entrypoints.web.address"), or null. Names of users lead to their element.
struct Option {
  const Type* type = nullptr;
  unsigned traits = 0;
};
Option find_option(const Type& root, std::string_view name);

// --name=value, -name=value, --name value; --name alone switches on. A list that comes twice is one list; of another
// option the last counts. kInvalid for what is no flag.
base::Result<Entries> parse_flags(const std::vector<std::string>& arguments, const Type& root);

}  // namespace gatehouse::model
