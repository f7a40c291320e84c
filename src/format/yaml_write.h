// A tree of YAML values as text again: YAML that reads back as the same values, and JSON. Pure, any thread.
#pragma once

#include <string>

#include "format/yaml.h"

namespace gatehouse::format {

// Block style, two blanks a level, keys in the order of the tree; strings are quoted where they would not come back as
// themselves, for readers of YAML 1.1 and 1.2 alike ("no", "1:30", "0755" are quoted). Tags are not written.
std::string to_yaml(const YamlNode& node);

// JSON with two blanks a level. Scalars become what type_of() says they are; a number that JSON cannot write, a string.
std::string to_json(const YamlNode& node);

// Mappings sorted by key, all the way down.
void sort_keys(YamlNode& node);

}  // namespace gatehouse::format
