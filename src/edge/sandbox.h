// The edge's sandbox: what its process gives up before it serves, in order. Each step that the system does not let us
// take (a container's rules, an older kernel) is told of once in the log, and the others are taken all the same.
// A build with sanitizers gives up its privileges only, for their run time opens files, forks and traces.
#pragma once

#include <optional>

#include "base/log.h"
#include "net/name_process.h"

namespace gatehouse::edge {

// The process that looks up names for the edge; nothing when it does not start: then no name is resolved.
std::optional<net::NameProcess> start_name_process(base::Log& log);

// Files that libraries would open later: the time zone's, OpenSSL's, the system's authorities.
void read_what_is_needed_later();

// Before the first thread: privileges, files, limits.
void confine_process(base::Log& log);

// When all threads run: system calls.
void confine_calls(base::Log& log);

}  // namespace gatehouse::edge
