// CertificateResolver: one certificatesResolvers.<name>.acme at work: it has an account with its authority, obtains the
// certificates that are wanted of it, one order at a time, renews them by schedule and keeps them in its storage. What
// fails is tried again, later and later, and told of in states(). Owned by the CertificateKeeper, on control's loop.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "acme/authority.h"
#include "acme/certificate_state.h"
#include "acme/challenge_publisher.h"
#include "acme/dns_publisher.h"
#include "acme/renewal.h"
#include "acme/renewal_info.h"
#include "acme/storage.h"
#include "async/event.h"
#include "async/group.h"
#include "async/offload.h"
#include "base/log.h"
#include "model/resolver.h"
#include "model/snapshot.h"
#include "net/resolver.h"
#include "tls/certificate_chain.h"

namespace gatehouse::acme {

// What resolvers share. All of it outlives them.
struct ResolverContext {
  async::Loop& loop;
  async::Offload& offload;
  net::Resolver& names;
  base::Log& log;
  ChallengePublisher& publisher;
  std::function<void()> changed;  // certificates() or states() give something else now
};

class CertificateResolver {
 public:
  static constexpr std::chrono::minutes kOrderTimeout{10};

  // Without a storage there is an obstacle, which every state then tells.
  CertificateResolver(std::string name, model::AcmeResolver config, ResolverContext context, Storage* storage,
                      std::string obstacle);
  ~CertificateResolver();

  // Takes the place of what was wanted before; what was begun goes on. A wildcard among the names is only told of where
  // the challenge is not DNS-01.
  void want(const std::vector<WantedCertificate>& wanted);

  // What it has failed to obtain, or to renew in half the time that it had: others may try.
  [[nodiscard]] std::vector<WantedCertificate> given_up() const;
  // Has it given up on a certificate of these names?
  [[nodiscard]] bool fails(const std::vector<std::string>& names) const;
  // An authority on a private network can vouch for private names too.
  [[nodiscard]] bool serves_private_names() const;
  void append_certificates(std::vector<model::SnapshotCertificate>& certificates) const;
  void append_states(std::vector<CertificateState>& states) const;

 private:
  struct Job {
    WantedCertificate wanted;
    std::vector<std::string> wildcards;
    int failures = 0;
    async::Instant not_before{};  // of the next attempt
    std::string problem;
  };
  struct Held {
    tls::CertificateChain chain;
    model::SnapshotCertificate shown;
    std::string fingerprint;
  };
  // When the authority wants a certificate renewed.
  struct Renewal {
    std::optional<RenewalWindow> window;
    tls::WallTime at{};
    async::Instant next_question{};
  };

  void load();
  async::Task<void> work();
  Job* next_due();
  [[nodiscard]] async::Deadline next_look() const;
  [[nodiscard]] std::vector<std::string> lacking(const std::vector<std::string>& names,
                                                 std::chrono::seconds ahead) const;
  async::Task<base::Result<void>> obtain(std::vector<std::string> names);
  async::Task<base::Result<tls::CertificateChain>> order(std::vector<std::string> names, tls::PrivateKey key,
                                                         async::Deadline deadline);
  void keep(const std::vector<std::string>& names, const tls::CertificateChain& chain, const tls::PrivateKey& key);
  [[nodiscard]] bool is_fresh(const Held& held, std::chrono::seconds ahead) const;
  [[nodiscard]] bool is_wanted(const Held& held) const;
  const Held* next_question();
  async::Task<void> ask_about(std::string fingerprint, std::string id);
  async::Task<base::Result<std::chrono::seconds>> ask_for_window(Renewal& renewal, std::string id);
  void settle(const std::string& id, const base::Result<void>& result);
  void prepare_dns();
  [[nodiscard]] StoredResolver& stored() { return storage_->resolver(name_); }

  std::string name_;
  model::AcmeResolver config_;
  ResolverContext context_;
  Storage* storage_;
  std::string obstacle_;
  RenewalSchedule schedule_;
  std::map<std::string, Job> jobs_;  // by their names
  std::vector<Held> held_;
  std::map<std::string, Renewal> renewals_;  // by fingerprint
  bool unsaved_ = false;
  std::unique_ptr<DnsPublisher> dns_;   // for DNS-01
  std::optional<Authority> authority_;  // where there is a storage
  async::Event wake_;
  async::Group tasks_;
};

}  // namespace gatehouse::acme
