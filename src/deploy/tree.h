// A tree of stacks: the folders below one that hold a compose file, the reverse proxy's before all others. Blocking;
// any thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "deploy/stack.h"

namespace gatehouse::deploy {

inline constexpr int kTreeDepthMax = 4;

bool holds_compose_file(const std::filesystem::path& folder);

// The folder itself when it holds a compose file, else those below it, by path; hidden ones are left out, and what is
// below a stack is a part of that. kNotFound when there are none.
base::Result<std::vector<std::filesystem::path>> find_stacks(const std::filesystem::path& folder);

// Opens all of them; every stack's errors are in the detail. `options` is for each, but for its directory.
base::Result<std::vector<Stack>> open_stacks(const std::vector<std::filesystem::path>& folders,
                                             const compose::LoadOptions& options);

// Hosts that two of the stacks claim, and project names that two of them have: a line each.
std::vector<std::string> check_between(const std::vector<Stack>& stacks);

// A stack with a Traefik service.
bool is_reverse_proxy(const Stack& stack);

}  // namespace gatehouse::deploy
