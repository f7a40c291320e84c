// What a process that parses bytes from strangers gives up for good, one step a function. Called at its start, before
// its first thread; whatever it starts later inherits them. Each step says when the system does not let it be taken.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace gatehouse::sys {

// No capability in any set, and none to be had from a program that is executed (no_new_privs). The bounding set is
// emptied where we may: without no_new_privs' way around it, it would mean nothing anyway.
base::Result<void> give_up_capabilities();

// No core dump, and nobody but root reads the process's memory or descriptors: they hold keys of certificates.
base::Result<void> forbid_inspection();

// The memory that this process may fill, so that it fails before the machine's other processes do; and its number of
// descriptors stays what it is.
base::Result<void> limit_resources(std::uint64_t memory_bytes);

// What the machine, or the container, has.
std::uint64_t machine_memory_bytes();

}  // namespace gatehouse::sys
