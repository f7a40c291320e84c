// DnsPublisher: a ChallengePublisher for DNS-01 (RFC 8555 section 8.4): has a DnsProvider put the proof into a TXT
// record, and waits until it can be seen, so that the authority need not look twice. As lego does it, which Traefik
// uses: the record may be delegated by a CNAME, and the zone's own servers are asked. Owned by a CertificateResolver,
// on control's loop.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "acme/challenge_publisher.h"
#include "acme/dns_provider.h"
#include "async/group.h"
#include "base/log.h"
#include "model/resolver.h"

namespace gatehouse::acme {

class DnsPublisher final : public ChallengePublisher {
 public:
  DnsPublisher(DnsContext context, std::unique_ptr<DnsProvider> provider, const model::DnsChallenge& config,
               base::Log& log);

  async::Task<base::Result<void>> publish(Challenge challenge, async::Deadline deadline) override;
  async::Task<base::Result<void>> await_visible(async::Deadline deadline) override;
  void withdraw(const std::string& token) override;

 private:
  struct Record {
    std::string name;
    std::string value;
  };

  async::Task<std::string> canonical_name(std::string name, async::Deadline deadline);
  async::Task<base::Result<std::vector<NameServer>>> servers_to_ask(std::string name, async::Deadline deadline);
  async::Task<base::Result<void>> await_record(Record record, async::Deadline deadline);
  async::Task<std::string> who_lacks(Record record, std::vector<NameServer> servers, async::Deadline deadline);
  async::Task<void> remove(Record record);

  DnsContext context_;
  std::unique_ptr<DnsProvider> provider_;
  model::AcmePropagation checks_;
  bool has_resolvers_;
  std::vector<NameServer> resolvers_;
  base::Log& log_;
  std::map<std::string, Record> records_;  // by token
  async::Group removals_;
};

}  // namespace gatehouse::acme
