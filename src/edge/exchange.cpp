#include "edge/exchange.h"

#include "edge/worker_services.h"

namespace gatehouse::edge {

Exchange::Exchange(WorkerServices& worker, std::shared_ptr<const Runtime> runtime,
                   const CompiledEntryPoint& entry_point, const ClientInfo& client, InformationalSink& informational)
    : worker_(worker),
      runtime_(std::move(runtime)),
      entry_point_(entry_point),
      client_(client),
      informational_(informational),
      tasks_(worker.loop) {}

}  // namespace gatehouse::edge
