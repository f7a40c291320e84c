// Bed: a data plane in this process for scripted conversations: one worker, an entry point or more on free ports of
// 127.0.0.1, and whatever snapshot a test wants. The test plays the clients and the backends (peer.h).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "async/offload.h"
#include "base/log.h"
#include "edge/access_log_writer.h"
#include "edge/backends/health_checks.h"
#include "edge/lasting.h"
#include "edge/runtime.h"
#include "edge/worker.h"
#include "model/snapshot.h"
#include "wire/peer.h"

namespace gatehouse::tests {

// Where the edge of these tests says that it runs.
inline constexpr std::string_view kHostName = "edge.test";

// Entry point "web", and a router for every request to a service with these servers.
model::Snapshot snapshot_of(const std::vector<std::string>& server_urls);
inline model::Snapshot snapshot_of(const Server& server) { return snapshot_of({server.url()}); }
model::LoadBalancer& load_balancer_of(model::Snapshot& snapshot);
model::SnapshotRouter& add_router(model::Snapshot& snapshot, std::string name, std::string rule, std::string service);

// What the edge tells a backend about a client of the bed's that asked for the host over plain HTTP.
std::string forwarded_fields(std::string_view host = "a.test", std::string_view port = "80");

class Bed {
 public:
  explicit Bed(const model::Snapshot& snapshot);

  // Problems of a snapshot throw, unless they are wanted.
  void apply(const model::Snapshot& snapshot);
  Peer connect(const std::string& entry_point = "web");
  [[nodiscard]] std::uint16_t port(const std::string& entry_point) const { return ports_.at(entry_point); }

  [[nodiscard]] edge::Telemetry& telemetry() { return telemetry_; }
  [[nodiscard]] edge::Worker& worker() { return *worker_; }
  // What an access log with that snapshot's configuration writes: the next line, without its end.
  std::string take_log_line();
  // Ends the worker, so that nothing more is written anywhere.
  void stop() { worker_.reset(); }

 private:
  // What the edge does on its main thread while it serves.
  class MainThread {
   public:
    MainThread(async::Offload& offload, base::Log& log);
    ~MainThread();
    MainThread(const MainThread&) = delete;
    MainThread& operator=(const MainThread&) = delete;
    void watch(std::shared_ptr<const edge::Runtime> runtime);

   private:
    async::Loop loop_;
    edge::HealthChecks checks_;
    std::jthread thread_;
  };

  void listen(const std::string& entry_point, bool udp);

  base::Log log_ = base::Log::none();
  edge::Lasting lasting_;
  edge::Telemetry telemetry_;
  edge::Runtime::Context context_{
      .host_name = std::string(kHostName), .lasting = lasting_, .subjects = &telemetry_.subjects};
  async::Offload offload_{1};
  Peer log_lines_;
  edge::AccessLogWriter access_log_;
  std::shared_ptr<const edge::Runtime> runtime_;
  std::map<std::string, std::uint16_t> ports_;
  std::unique_ptr<edge::Worker> worker_;
  MainThread main_;
};

}  // namespace gatehouse::tests
