// OcspStapler: asks the authorities of the certificates that are served what they say of them (OCSP), every hour, so
// that the edge can show it to clients. Made by the Publisher where the static configuration has `ocsp`; on control's
// loop. What fails is tried again, later and later; an answer is shown for as long as it is good.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "async/event.h"
#include "async/task.h"
#include "base/log.h"
#include "http/client.h"
#include "model/resolver.h"
#include "model/snapshot.h"
#include "net/resolver.h"
#include "tls/certificate_chain.h"
#include "tls/ocsp.h"

namespace gatehouse::control {

class OcspStapler {
 public:
  static constexpr std::size_t kAnswerBytesMax = 64 * 1024;
  static constexpr std::chrono::hours kInterval{1};

  // All outlive it; `changed` is called from run() when staple() would put in something else.
  struct Parts {
    async::Loop& loop;
    net::Resolver& names;
    base::Log& log;
    std::function<void()> changed;
  };
  OcspStapler(Parts parts, const model::Ocsp& config);

  // Puts in what is known; what is not will be asked. Takes the place of the certificates of the last call.
  void staple(std::vector<model::SnapshotCertificate>& certificates);
  // To be spawned; never ends.
  async::Task<void> run();

 private:
  struct Entry {
    tls::CertificateChain chain;
    tls::OcspQuestion question;
    std::string answer;  // DER in base64; empty: none
    tls::WallTime end;
    async::Instant next;
    int failures = 0;
  };

  std::map<std::string, Entry>::iterator next_due();
  async::Task<base::Result<std::string>> ask(std::string url, std::string request);
  void settle(const std::string& name, const base::Result<std::string>& response);

  Parts parts_;
  std::map<std::string, std::string> overrides_;
  http::NetworkDialer dialer_;
  http::Client client_;
  std::map<std::string, Entry> entries_;  // by the chain, PEM
  async::Event wake_;
};

}  // namespace gatehouse::control
