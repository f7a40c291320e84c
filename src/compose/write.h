// A project as text: the model in compose's long forms, keys sorted, as `docker compose config` prints it, so that it
// can be read, compared and loaded again. Pure, any thread. The text holds the values of variables, secrets included.
#pragma once

#include <string>

#include "compose/project.h"
#include "format/yaml.h"

namespace gatehouse::compose {

// Active services and what they use.
format::YamlNode to_tree(const Project& project);
format::YamlNode to_tree(const Service& service);

// With every "$" doubled: loading the text gives the same project.
std::string to_yaml(const Project& project);
std::string to_json(const Project& project);

}  // namespace gatehouse::compose
