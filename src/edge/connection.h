// Connection: one client's connection, from the TLS handshake to the goodbye, request after request. A coroutine on the
// worker's thread, owned by the worker's group of connections.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "async/list.h"
#include "async/task.h"
#include "edge/worker_services.h"
#include "model/entry_point.h"
#include "net/listener.h"

namespace gatehouse::edge {

class AccessLogWriter;
class Runtime;

// Read from other threads for the status.
struct WorkerCounters {
  std::atomic<std::uint64_t> open_connections = 0;
  std::atomic<std::uint64_t> requests = 0;

  // The worker is the only one that writes: a plain addition, not a locked one.
  static void add(std::atomic<std::uint64_t>& counter, std::uint64_t count) {
    counter.store(counter.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
  }
};

// A connection's place in its worker's list, for draining.
class OpenConnection : public async::ListNode {
 public:
  // Between requests it is ended at once; a request that has begun goes on.
  virtual void end_if_idle() = 0;

 protected:
  ~OpenConnection() = default;
};

// What the worker's connections share.
struct WorkerState {
  WorkerServices& services;
  WorkerCounters& counters;
  AccessLogWriter& access_log;
  std::shared_ptr<const Runtime> runtime;  // null until the first snapshot
  async::List<OpenConnection> open;
  bool draining = false;
};

// keepAliveMaxRequests and keepAliveMaxTime: the client is asked to open a new connection for what comes next.
bool has_served_enough(const model::EntryPointTransport& transport, std::uint64_t requests, async::Duration age);

async::Task<void> serve_connection(WorkerState& worker, std::string entry_point, net::Accepted accepted);

}  // namespace gatehouse::edge
