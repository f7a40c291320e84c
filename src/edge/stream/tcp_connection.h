// A client's connection that a TCP router takes: it is told by what it begins with, perhaps secured, connected to a
// server, and its bytes go both ways until the end. A coroutine on the worker's thread, within the worker's group.
#pragma once

#include <memory>

#include "async/task.h"
#include "sys/fd.h"

namespace gatehouse::edge {

class Runtime;
struct ClientInfo;
struct CompiledEntryPoint;
struct WorkerState;

// True when the connection was a TCP router's, and is over. False: it is for HTTP, and nothing of it was taken. The
// entry point belongs to the runtime, which is let go of once the connection is decided: it may last for days.
async::Task<bool> serve_tcp(WorkerState& worker, std::shared_ptr<const Runtime>& runtime,
                            const CompiledEntryPoint& entry_point, sys::Fd& socket, const ClientInfo& client);

}  // namespace gatehouse::edge
