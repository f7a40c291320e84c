// The system's users, and becoming one of them for good. Looking up blocks; any thread.
#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

#include "base/result.h"

namespace gatehouse::sys {

struct User {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
};

// kNotFound when there is none of that name.
base::Result<User> find_user(const std::string& name);

bool is_root();

// Gives up every other identity and privilege, and the way back to them: groups, ids, capabilities, what a set-user-id
// program could give. For a child between fork() and exec(): calls only what is safe there. False: the child must end.
bool become(const User& user);

}  // namespace gatehouse::sys
