// The Docker provider: dynamic configuration from the labels of the containers of an engine, followed by its events.
// When the engine goes away the last configuration stays, and the engine is asked again until it is back.
#pragma once

#include "async/loop.h"
#include "async/task.h"
#include "base/log.h"
#include "discovery/stack_claims.h"
#include "discovery/updates.h"
#include "model/providers.h"

namespace gatehouse::discovery {

// Provides "docker" after the first listing, and again after every change.
async::Task<void> watch_docker(async::Loop& loop, model::DockerProvider config, StackClaims& claims, Updates& updates,
                               base::Log& log);

}  // namespace gatehouse::discovery
