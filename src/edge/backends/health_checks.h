// HealthChecks: asks the servers that want it whether they are well, each in its own interval, once for the whole
// edge. Owned by the edge, on its main thread, which does nothing else for long; the workers read what it found
// (checked_health.h). Behaviour: Traefik v3: the first check after one interval, until then a server is up. Checks that
// the next snapshot wants too go on in their rhythm.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "async/group.h"
#include "async/loop.h"
#include "async/offload.h"
#include "base/log.h"
#include "edge/backends/connection_pool.h"
#include "edge/backends/health_target.h"
#include "edge/http_date.h"
#include "edge/read_buffer.h"
#include "edge/runtime.h"
#include "edge/telemetry.h"
#include "edge/worker_services.h"
#include "net/resolver.h"

namespace gatehouse::edge {

class HealthChecks {
 public:
  HealthChecks(async::Loop& loop, async::Offload& offload, net::Resolver names, base::Log& log);

  // These are checked from now on, and no others.
  void watch(const std::vector<HealthTarget>& targets);
  [[nodiscard]] std::size_t size() const { return checks_.size(); }

 private:
  struct Check {
    Check(async::Loop& loop, HealthTarget wanted) : target(std::move(wanted)), task(loop) {}
    HealthTarget target;
    async::Group task;
  };

  async::Task<void> run(Check& check);

  async::Loop& loop_;
  base::Log& log_;
  net::Resolver resolver_;
  BufferPool buffers_;
  ConnectionPool backends_;
  HttpDate date_;
  Telemetry unheard_;  // checks are nobody's traffic
  WorkerTelemetry telemetry_;
  async::Group background_;
  WorkerServices services_;
  CompiledEntryPoint nowhere_{"", model::EntryPoint(), ""};
  std::map<std::string, std::unique_ptr<Check>> checks_;  // by key
};

}  // namespace gatehouse::edge
