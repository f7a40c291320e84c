// The program that runs: where its file is, and which build it is. Any thread.
#pragma once

#include <string>

#include "base/result.h"
#include "sys/fd.h"

namespace gatehouse::sys {

// /proc/self/exe, opened for starting it again; works when the file was replaced since, and for a user who may not
// search the folders above it.
base::Result<Fd> open_executable();

// The linker's build id in hex: equal for equal programs, whatever their file is called. Empty when the program was
// linked without one.
std::string build_id();

}  // namespace gatehouse::sys
