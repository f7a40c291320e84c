// How a resolver's part of acme.json is read and written. Internal to storage.cpp and its tests; pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "acme/storage.h"
#include "format/json.h"

namespace gatehouse::acme {

// kInvalid when it is no resolver at all; null is an empty one. An entry that is broken is kept as it is, with a line
// in `complaints`.
base::Result<StoredResolver> read_resolver(const std::string& name, format::JsonValue value,
                                           std::vector<std::string>& complaints);
void write_resolver(format::JsonWriter& writer, const StoredResolver& resolver);

// Compact JSON laid out as Traefik does: two blanks for each depth.
std::string indented(std::string_view compact);

}  // namespace gatehouse::acme
