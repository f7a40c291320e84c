// DnsHook: a DnsProvider that runs a program of the operator's: `program present NAME. VALUE` to add a TXT record,
// `program cleanup NAME. VALUE` to remove it. It runs as control does, with control's environment, which may hold its
// credentials; what it writes goes where control's own messages go. Success is exit code 0.
#pragma once

#include <string>

#include "acme/dns_provider.h"

namespace gatehouse::acme {

class DnsHook final : public DnsProvider {
 public:
  static constexpr std::chrono::minutes kRunTimeMax{2};

  DnsHook(async::Loop& loop, std::string program, DnsTimes times)
      : DnsProvider(times), loop_(loop), program_(std::move(program)) {}

  async::Task<base::Result<void>> add(std::string name, std::string value, async::Deadline deadline) override;
  async::Task<base::Result<void>> remove(std::string name, std::string value, async::Deadline deadline) override;

 private:
  async::Task<base::Result<void>> run(std::string verb, std::string name, std::string value, async::Deadline deadline);

  async::Loop& loop_;
  std::string program_;
};

}  // namespace gatehouse::acme
