// Probe: asks one server once whether it is well, over the same transport as requests take. Behaviour: Traefik v3's
// health check in the mode http. On the loop of the services that it is given.
#pragma once

#include "async/task.h"
#include "base/result.h"
#include "edge/backends/health_target.h"
#include "edge/runtime.h"
#include "edge/worker_services.h"

namespace gatehouse::edge {

// The error says what was wrong with the answer. No deadline of its own: whoever drops the task has one. The entry
// point is any: a probe comes from nowhere.
async::Task<base::Result<void>> probe(WorkerServices& services, const CompiledEntryPoint& entry_point,
                                      const HealthTarget& target);

}  // namespace gatehouse::edge
