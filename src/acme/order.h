// Ordering a certificate (RFC 8555 section 7.4): the order, proof of control over each name by HTTP-01, the certificate
// request, the download. The session has an account. Errors name the certificate and what to do.
#pragma once

#include <string>
#include <vector>

#include "acme/challenge_publisher.h"
#include "acme/session.h"
#include "base/result.h"
#include "tls/certificate_chain.h"
#include "tls/private_key.h"

namespace gatehouse::acme {

struct OrderRequest {
  std::vector<std::string> names;  // DNS names and IP addresses; no wildcards, which HTTP-01 cannot prove
  tls::PrivateKey key;             // of the certificate
  std::string preferred_chain;     // common name of the issuer at the end of the chain; empty: the authority's choice
  std::string profile;             // empty: the authority's choice
  bool has_common_name = true;
  async::Duration challenge_delay{};  // between publishing and asking for validation
};

async::Task<base::Result<tls::CertificateChain>> order_certificate(Session& session, ChallengePublisher& publisher,
                                                                   OrderRequest request, async::Deadline deadline);

}  // namespace gatehouse::acme
