// The file provider: dynamic configuration from a file, or from all files of a folder, followed as they change. A file
// that is broken keeps its last good content, and the operator is told file:line:column.
#pragma once

#include "async/loop.h"
#include "async/task.h"
#include "base/log.h"
#include "discovery/updates.h"
#include "model/providers.h"

namespace gatehouse::discovery {

// Provides "file" at once, and again after every change; ends after the first when watching is off.
async::Task<void> watch_files(async::Loop& loop, model::FileProvider config, Updates& updates, base::Log& log);

}  // namespace gatehouse::discovery
