#include "edge/certificate_list.h"

namespace gatehouse::edge {

CertificateList::CertificateList(const model::SnapshotTls& tls) {
  for (const auto& certificate : tls.certificates) chains_.push_back(certificate.chain);
  if (tls.default_certificate) chains_.push_back(tls.default_certificate->chain);
}

const std::vector<CertificateFacts>& CertificateList::all() const {
  std::call_once(read_, [this] {
    for (const auto& pem : chains_) {
      const auto chain = tls::CertificateChain::from_pem(pem);
      if (!chain) continue;
      facts_.push_back({.common_name = chain->common_name(),
                        .names = chain->names(),
                        .serial = chain->serial(),
                        .fingerprint = chain->fingerprint(),
                        .issuer = chain->issuer(),
                        .key_type = chain->is_elliptic() ? "EC" : "RSA",
                        .not_before = chain->not_before(),
                        .not_after = chain->not_after()});
    }
  });
  return facts_;
}

}  // namespace gatehouse::edge
