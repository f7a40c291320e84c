#include "edge/exchange.h"

#include "edge/account.h"
#include "edge/exchange_trace.h"
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

Exchange::~Exchange() = default;

void Exchange::enter_service(const ServiceLabel& service) {
  if (!record.service_name.empty()) account_for_attempt(*this);
  record.service_name = service.name;
  record.service_subject = service.subject;
}

}  // namespace gatehouse::edge
