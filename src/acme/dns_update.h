// DnsUpdate: a DnsProvider that tells a name server to change its zone (RFC 2136), signed with a key that the server
// knows (TSIG, RFC 8945). The answer's signature is not checked: whoever forges one keeps a certificate from being
// made, which he could do by dropping the answer, too.
#pragma once

#include <optional>
#include <string>

#include "acme/dns_provider.h"

namespace gatehouse::acme {

class DnsUpdate final : public DnsProvider {
 public:
  struct Settings {
    NameServer server;
    std::string zone;            // empty: the server is asked
    std::optional<TsigKey> key;  // none: updates are not signed
    std::uint32_t ttl = 120;
  };
  DnsUpdate(DnsContext context, Settings settings, DnsTimes times)
      : DnsProvider(times), context_(context), settings_(std::move(settings)) {}

  async::Task<base::Result<void>> add(std::string name, std::string value, async::Deadline deadline) override;
  async::Task<base::Result<void>> remove(std::string name, std::string value, async::Deadline deadline) override;

 private:
  async::Task<base::Result<void>> change(TxtChange change, async::Deadline deadline);

  DnsContext context_;
  Settings settings_;
};

}  // namespace gatehouse::acme
