// Publisher: from what the providers say to what the edge serves. Collects their configurations, builds a snapshot when
// something has changed, sees to it that its hosts get certificates, and hands it on; changes that come thick and fast
// are taken together. Lives as long as one static configuration does; owned by control, on its thread.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "acme/certificate_keeper.h"
#include "async/event.h"
#include "async/group.h"
#include "base/log.h"
#include "control/adopted.h"
#include "control/claim_store.h"
#include "control/edge_keeper.h"
#include "control/ocsp_stapler.h"
#include "control/provider_store.h"
#include "discovery/snapshot_builder.h"
#include "discovery/updates.h"

namespace gatehouse::control {

class Publisher final : public discovery::Updates, public acme::ChallengePublisher {
 public:
  // All outlive the publisher.
  struct Parts {
    async::Loop& loop;
    const model::StaticConfig& config;
    const Adopted& adopted;
    const std::filesystem::path& state_folder;
    const tls::LocalAuthority& authority;
    const ProviderStore& store;
    discovery::StackClaims& claims;
    const ClaimStore& claim_store;
    async::Offload& offload;
    net::Resolver& names;
    EdgeKeeper& edge;
    base::Log& log;
  };
  explicit Publisher(Parts parts);

  // A provider whose first word is worth waiting for.
  void expect(const std::string& provider) { awaited_.insert(provider); }
  void provide(std::string provider, model::DynamicConfig config, std::vector<discovery::Problem> problems) override;
  void reached(const std::string& provider, bool is_reached) override { reached_[provider] = is_reached; }
  [[nodiscard]] bool has_reached(const std::string& provider) const {
    const auto known = reached_.find(provider);
    return known != reached_.end() && known->second;
  }

  // To be spawned; never ends. The first snapshot waits for the providers a little, and for longer when the edge serves
  // something already, which would be lost. The first change after a quiet time goes out at once, the next when
  // providers.providersThrottleDuration has passed.
  async::Task<void> run();

  // To be spawned; never ends. Files that the configuration names are read again when they have changed.
  async::Task<void> follow_files();

  async::Task<base::Result<void>> publish(acme::Challenge challenge, async::Deadline deadline) override;
  async::Task<base::Result<void>> await_visible(async::Deadline deadline) override;
  void withdraw(const std::string& token) override;

  // Writes to the store what changed; not before the edge has it, which matters more.
  void save_providers();
  [[nodiscard]] const model::Snapshot& published() const { return published_; }
  [[nodiscard]] std::vector<acme::CertificateState> certificates() const { return keeper_.states(); }
  // What is wrong now, by what said so.
  [[nodiscard]] const std::map<std::string, std::set<std::string>>& problems() const { return problems_; }

 private:
  async::Task<void> wait_for_providers();
  void stand_in_for_the_absent();
  bool publish_changes();
  void save_claims();
  void want_certificates(const discovery::BuiltSnapshot& built);
  static void set_default_certificate(discovery::BuiltSnapshot& built);
  void note(const std::string& source, const std::vector<discovery::Problem>& problems);
  void change_urgently();

  Parts parts_;
  std::map<std::string, model::DynamicConfig> configs_;  // by provider
  discovery::FileContents files_;
  std::set<std::string> awaited_;
  std::map<std::string, std::set<std::string>> problems_;
  std::map<std::string, bool> reached_;  // by provider
  std::map<std::string, std::vector<model::SnapshotIssue>> provider_issues_;
  std::vector<model::AcmeToken> tokens_;
  model::Snapshot published_;
  bool has_published_ = false;
  bool is_docker_saved_ = true;
  std::size_t claims_saved_;  // their version
  async::Event changed_;
  async::Event urgent_;
  std::unique_ptr<OcspStapler> stapler_;  // null: OCSP is off
  async::Group stapling_;
  acme::CertificateKeeper keeper_;  // the first to go: it withdraws its tokens
};

}  // namespace gatehouse::control
