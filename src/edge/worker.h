// Worker: one thread of the edge with a loop of its own. It accepts on listening sockets of its own, carries its
// connections, and shares nothing with other workers but the immutable runtime. Owned by the edge; its public functions
// are called from the edge's main thread and only post to the loop.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "async/group.h"
#include "async/loop.h"
#include "async/offload.h"
#include "base/log.h"
#include "edge/backends/connection_pool.h"
#include "edge/connection.h"
#include "edge/runtime.h"
#include "edge/stream/udp_door.h"
#include "edge/worker_services.h"
#include "net/listener.h"
#include "net/resolver.h"

namespace gatehouse::edge {

class AccessLogWriter;

class Worker {
 public:
  Worker(async::Offload& offload, net::Resolver names, base::Log& log, AccessLogWriter& access_log,
         Telemetry& telemetry);
  ~Worker();  // drops what still runs, and joins the thread
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // New requests go by this one; those under way end by the one that they began with.
  void apply(std::shared_ptr<const Runtime> runtime);
  // For TCP or UDP, as the socket is.
  void listen(std::string entry_point, sys::Fd socket);
  void stop_listening(std::string entry_point);
  // Stops accepting, lets exchanges end, closes idle connections; done() is called on the worker's thread when the last
  // connection has gone or the grace is over.
  void drain(async::Duration grace, std::move_only_function<void()> done);

  [[nodiscard]] std::uint64_t open_connections() const { return counters_.open_connections.load(); }
  [[nodiscard]] std::uint64_t requests() const { return counters_.requests.load(); }

 private:
  struct Door {
    Door(async::Loop& loop, sys::Fd socket) : listener(loop, std::move(socket)), tasks(loop) {}
    net::Listener listener;
    async::Group tasks;
  };

  async::Task<void> accept_loop(std::string entry_point, net::Listener& listener);
  async::Task<void> drain_connections(async::Duration grace, std::move_only_function<void()> done);

  async::Loop loop_;
  net::Resolver resolver_;
  BufferPool buffers_;
  ConnectionPool backends_;
  HttpDate date_;
  WorkerTelemetry telemetry_;
  async::Group background_;
  WorkerServices services_;
  WorkerCounters counters_;
  WorkerState state_;
  async::Group connections_;
  std::unordered_map<std::string, std::vector<std::unique_ptr<Door>>> doors_;  // by entry point
  std::unordered_map<std::string, std::vector<std::unique_ptr<UdpDoor>>> udp_doors_;
  async::Group duties_;
  std::jthread thread_;
};

}  // namespace gatehouse::edge
