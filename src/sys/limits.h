// The system's limits for this process and those that it starts. Called once at start-up.
#pragma once

#include <cstdint>

namespace gatehouse::sys {

// As many open descriptors as the system allows us: a proxied request holds two. Returns how many that are.
std::uint64_t raise_descriptor_limit();

}  // namespace gatehouse::sys
