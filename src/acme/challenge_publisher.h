// ChallengePublisher: has a certificate authority see the proof that we control a name (RFC 8555 section 8): in an
// answer of this server on port 80, in a handshake on port 443, or in the DNS. Implemented by control, which hands the
// first two to the edge, and by DnsPublisher; one loop's thread.
#pragma once

#include <string>
#include <string_view>

#include "async/deadline.h"
#include "async/task.h"
#include "base/result.h"

namespace gatehouse::acme {

enum class ChallengeType { kHttp01, kTlsAlpn01, kDns01 };

// As ACME calls it.
constexpr std::string_view to_string(ChallengeType type) {
  switch (type) {
    case ChallengeType::kHttp01:
      return "http-01";
    case ChallengeType::kTlsAlpn01:
      return "tls-alpn-01";
    case ChallengeType::kDns01:
      return "dns-01";
  }
  return "unknown";
}

struct Challenge {
  ChallengeType type = ChallengeType::kHttp01;
  std::string name;  // the host, or the domain below which a wildcard is wanted
  std::string token;
  std::string key_authorisation;
};

class ChallengePublisher {
 public:
  virtual ~ChallengePublisher() = default;
  ChallengePublisher(const ChallengePublisher&) = delete;
  ChallengePublisher& operator=(const ChallengePublisher&) = delete;

  virtual async::Task<base::Result<void>> publish(Challenge challenge, async::Deadline deadline) = 0;
  // Until the authority can see all that was published: it may look at once.
  virtual async::Task<base::Result<void>> await_visible(async::Deadline deadline) = 0;
  // The token is of no use any more. Must not wait: it is called when a task is dropped, too.
  virtual void withdraw(const std::string& token) = 0;

 protected:
  ChallengePublisher() = default;
};

}  // namespace gatehouse::acme
