// DnsProvider: changes TXT records in the DNS for DNS-01 challenges (RFC 8555 section 8.4). Which one, and with what
// credentials, is told as Traefik has it: `dnsChallenge.provider` names it, the environment configures it, by the
// variables of lego, the library that Traefik uses. Owned by a DnsPublisher, on control's loop.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "acme/dns_exchange.h"
#include "async/deadline.h"
#include "async/task.h"
#include "base/result.h"

namespace gatehouse::acme {

// The value of a variable, none when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
// Of this process; a variable NAME_FILE names a file that holds the value of NAME.
std::optional<std::string> process_environment(const std::string& name);

struct DnsTimes {
  std::chrono::seconds propagation{60};  // how long a record may take until it is seen
  std::chrono::seconds polling{2};
};

class DnsProvider {
 public:
  virtual ~DnsProvider() = default;
  DnsProvider(const DnsProvider&) = delete;
  DnsProvider& operator=(const DnsProvider&) = delete;

  // Of the name "_acme-challenge.example.com". Beside it there may be others of that name.
  virtual async::Task<base::Result<void>> add(std::string name, std::string value, async::Deadline deadline) = 0;
  virtual async::Task<base::Result<void>> remove(std::string name, std::string value, async::Deadline deadline) = 0;

  [[nodiscard]] const DnsTimes& times() const { return times_; }

 protected:
  explicit DnsProvider(DnsTimes times) : times_(times) {}

 private:
  DnsTimes times_;
};

// kUnsupported or kInvalid with what to do.
base::Result<std::unique_ptr<DnsProvider>> make_dns_provider(const std::string& name, DnsContext context,
                                                             const Environment& environment);

}  // namespace gatehouse::acme
