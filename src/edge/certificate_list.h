// CertificateList: what the certificates of a configuration say of themselves, for metrics, API and dashboard. Without
// their keys. Held by the runtime; immutable but for being read once, when somebody asks. Any thread.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "model/snapshot.h"
#include "tls/certificate_chain.h"

namespace gatehouse::edge {

struct CertificateFacts {
  std::string common_name;
  std::vector<std::string> names;
  std::string serial;
  std::string fingerprint;  // SHA-256
  std::string issuer;
  std::string key_type;  // EC, RSA
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
