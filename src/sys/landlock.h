// Landlock: the kernel's own list of what this thread, and every one that it starts, may reach in the file system
// (Linux 5.13, and more with every newer one). For good; call it before the first thread, after give_up_capabilities().
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"

namespace gatehouse::sys {

// From now on files can be read below these folders, those of them that exist, and nothing else can be opened, made,
// changed or executed anywhere. Where the kernel knows how to, no TCP port can be bound, and no process outside be sent
// a signal or reached through an abstract Unix socket. Descriptors that are open stay what they are.
// kUnsupported when the kernel, or the container, has no Landlock.
base::Result<void> restrict_files(const std::vector<std::filesystem::path>& readable);

}  // namespace gatehouse::sys
