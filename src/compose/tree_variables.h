// Variables in a tree of YAML values: replaced in every value, never in keys. Pure.
#pragma once

#include <vector>

#include "compose/interpolation.h"
#include "compose/project.h"
#include "format/yaml.h"

namespace gatehouse::compose {

// Replaces them in place; values that held one become text and are marked confidential. What is malformed or required
// and missing becomes an error, what is unset a warning, each at its place. Values tagged !reset stay as they are.
void interpolate_tree(format::YamlNode& node, const Lookup& lookup, Problems& problems);

// Appends what the values refer to; malformed values are left to interpolate_tree().
void collect_tree_variables(const format::YamlNode& node, const Lookup& lookup, std::vector<VariableUse>& uses);

// Sorts by place, and keeps what aliases repeat once.
void settle_variables(std::vector<VariableUse>& uses);

}  // namespace gatehouse::compose
