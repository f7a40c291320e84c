// The gate's rules about .env: it is there, covers every variable that the compose files refer to, and holds no value
// that somebody was to replace. Blocking (reads files), any thread.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "compose/load.h"
#include "policy/finding.h"

namespace gatehouse::policy {

// `directory` is the stack's, as the operator wrote it: messages name files in it so.
base::Result<std::vector<Finding>> check_environment(const std::filesystem::path& directory,
                                                     const compose::LoadOptions& options);

// Is that a value which stands for one that is still to be filled in? "CHANGE_ME", "changeme", "<password>", "xxx", ...
bool is_placeholder(std::string_view value);

}  // namespace gatehouse::policy
