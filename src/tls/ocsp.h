// OCSP (RFC 6960): what a certificate's authority says of it now, asked by control and shown to clients in the
// handshake ("stapling", RFC 6066 section 8), so that they need not ask and the authority does not learn of them. Pure
// functions of their arguments, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "tls/certificate_chain.h"

namespace gatehouse::tls {

struct OcspQuestion {
  std::string url;      // of the responder that the certificate names
  std::string request;  // DER, without a nonce: responders answer with what they have signed before
};

// Nothing for a certificate that names no responder over HTTP, or whose issuer is not in the chain.
std::optional<OcspQuestion> ocsp_question(const CertificateChain& chain);

struct OcspAnswer {
  enum class Status { kGood, kRevoked, kUnknown };

  Status status;
  WallTime from;
  WallTime to;
};

// kInvalid for what is no response about this certificate, was not signed by who may sign it, or is of another time.
base::Result<OcspAnswer> read_ocsp(const CertificateChain& chain, std::string_view response, WallTime now);

}  // namespace gatehouse::tls
