// The gate's rules about the services of a stack: databases are reached by their own stack only. Pure, any thread.
#pragma once

#include <string_view>
#include <vector>

#include "compose/project.h"
#include "policy/finding.h"

namespace gatehouse::policy {

std::vector<Finding> check_stack(const compose::Project& project);

// By the last part of its name: postgres, mysql, mariadb, mongo, redis, ...
bool is_database_image(std::string_view image);

}  // namespace gatehouse::policy
