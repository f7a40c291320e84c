// CertificateList: what the certificates of a configuration say of themselves, for metrics, API and dashboard. Without
// their keys. Held by the runtime; immutable but for being read once, when somebody asks. Any thread.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "model/snapshot.h"
#include "tls/certificate_chain.h"

namespace gatehouse::edge {

// Texts as Traefik's API has them.
struct CertificateFacts {
  std::string common_name;
  std::string organisation;
  std::string country;
  std::vector<std::string> names;  // sorted
  std::string serial;              // decimal
  std::string issuer_common_name;
  std::string issuer_organisation;
  std::string issuer_country;
  std::string version;   // v3
  std::string key_type;  // ECDSA, RSA
  int key_bits = 0;
  std::string signature_algorithm;     // ECDSA-SHA256
  std::string fingerprint;             // SHA-256
  std::string public_key_fingerprint;  // SHA-256
  tls::WallTime not_before;
  tls::WallTime not_after;
};

class CertificateList {
 public:
  explicit CertificateList(const model::SnapshotTls& tls);

  // One that cannot be read is not among them: the problems of the configuration tell of it.
  [[nodiscard]] const std::vector<CertificateFacts>& all() const;

 private:
  std::vector<std::string> chains_;
  mutable std::once_flag read_;
  mutable std::vector<CertificateFacts> facts_;
};

}  // namespace gatehouse::edge
