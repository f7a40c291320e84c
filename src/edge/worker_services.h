// What a worker lends to the exchanges that it carries. One a worker, on its thread.
#pragma once

#include "async/group.h"
#include "async/loop.h"
#include "async/offload.h"
#include "base/log.h"
#include "edge/backends/connection_pool.h"
#include "edge/http_date.h"
#include "edge/telemetry.h"

namespace gatehouse::edge {

struct WorkerServices {
  async::Loop& loop;
  async::Offload& offload;  // password hashes and the like
  base::Log& log;
  ConnectionPool& backends;
  BufferPool& buffers;
  HttpDate& date;
  WorkerTelemetry& telemetry;
  async::Group& background;  // what no client waits for; dropped with the worker
};

}  // namespace gatehouse::edge
