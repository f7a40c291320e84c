// Publisher: from what the providers say to what the edge serves. Collects their configurations, builds a snapshot when
// something has changed, and hands it on; changes that come thick and fast are taken together. Lives as long as one
// static configuration does; owned by control, on its thread.
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "async/event.h"
#include "base/log.h"
#include "control/edge_keeper.h"
#include "control/local_certificates.h"
#include "discovery/snapshot_builder.h"
#include "discovery/updates.h"

namespace gatehouse::control {

class Publisher final : public discovery::Updates {
 public:
  // All outlive the publisher.
  struct Parts {
    const model::StaticConfig& config;
    LocalCertificates& local_certificates;
    EdgeKeeper& edge;
    base::Log& log;
  };
  Publisher(async::Loop& loop, Parts parts);

  // A provider whose first word is worth waiting for.
  void expect(const std::string& provider) { awaited_.insert(provider); }
  void provide(std::string provider, model::DynamicConfig config, std::vector<discovery::Problem> problems) override;

  // To be spawned; never ends. The first snapshot waits for the providers a little, and for longer when the edge serves
  // something already, which would be lost. The first change after a quiet time goes out at once, the next when
  // providers.providersThrottleDuration has passed.
  async::Task<void> run();

 private:
  async::Task<void> wait_for_providers();
  bool publish_changes();
  void report(const std::string& source, const std::vector<discovery::Problem>& problems);

  async::Loop& loop_;
  Parts parts_;
  std::map<std::string, model::DynamicConfig> configs_;  // by provider
  std::set<std::string> awaited_;
  std::map<std::string, std::set<std::string>> reported_;  // by source: problems that the log has
  model::Snapshot published_;
  bool has_published_ = false;
  async::Event changed_;
  async::Event urgent_;
};

}  // namespace gatehouse::control
