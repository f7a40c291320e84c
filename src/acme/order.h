// Ordering a certificate (RFC 8555 section 7.4): the order, proof of control over each name, the certificate request,
// the download. The session has an account. Errors name the certificate and what to do.
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
  std::vector<std::string> names;  // DNS names and IP addresses; wildcards, which DNS-01 alone can prove
  ChallengeType challenge = ChallengeType::kHttp01;
  tls::PrivateKey key;          // of the certificate
  std::string preferred_chain;  // common name of the issuer at the end of the chain; empty: the authority's choice
  std::string profile;          // empty: the authority's choice
  std::string replaces;         // the renewal_id() of the certificate that this one takes over from; may be empty
  bool has_common_name = true;
  async::Duration challenge_delay{};  // between publishing and asking for validation
};

async::Task<base::Result<tls::CertificateChain>> order_certificate(Session& session, ChallengePublisher& publisher,
                                                                   OrderRequest request, async::Deadline deadline);

}  // namespace gatehouse::acme
