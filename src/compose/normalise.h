// What compose fills in once the model is read: names, the default network, implied dependencies, the environment of
// each service. And the rules that a project has to keep, checked at the end. Used by load() alone.
#pragma once

#include "compose/load.h"

namespace gatehouse::compose {

// Needs project.name.
void fill_in_defaults(Project& project);

// Moves services whose profiles are not active to project.disabled_services.
void select_services(Project& project, const Strings& services);

// Variables passed through without a value take the one that their file saw; with read_files, env_file and label_file
// are read.
void resolve_environments(Project& project, const ReadFile* read_file, Problems& problems);

// Where nothing is checked, everything is taken for used.
void mark_all_used(Project& project);

// Marks what active services use, and reports what contradicts itself or refers to nothing.
void check_project(Project& project, Problems& problems);

}  // namespace gatehouse::compose
