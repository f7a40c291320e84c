// How a later compose file changes an earlier one, and a service the one that it extends: on trees of YAML values, with
// compose's rules for each path (compose-go, override/*.go). Pure.
#pragma once

#include "compose/sources.h"
#include "format/yaml.h"

namespace gatehouse::compose {

// `over` changes `base`, both of them whole files. Mappings merge, scalars are replaced, lists are appended, with the
// exceptions of the Compose Specification; "!reset" removes, "!override" replaces. Values of kinds that do not go
// together become errors.
void merge_file(format::YamlNode& base, format::YamlNode over, Problems& problems);

// The same for one service.
void merge_service(format::YamlNode& base, format::YamlNode over, Problems& problems);

// What is left once everything is merged: keys tagged "!reset" go, and of list items that mean the same thing (a port,
// a mount target, a variable) the last stays, in the place of the first.
void settle_file(format::YamlNode& file, Problems& problems);

}  // namespace gatehouse::compose
