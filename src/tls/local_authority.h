// LocalAuthority: the certificate authority of this machine, for names that no public one can vouch for, so that
// localhost and private networks have HTTPS too. Its root is made once, lives in a folder of the state (root.pem to be
// trusted by clients, root.key for control alone) and can vouch for private names only, by its name constraints.
// Made by control; immutable after open(), any thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "tls/issue.h"

namespace gatehouse::tls {

class LocalAuthority {
 public:
  static constexpr std::chrono::hours kLeafLifetime{90 * 24};
  static constexpr std::chrono::hours kRootLifetime{10 * 365 * 24};

  // Reads the root, or makes one where there is none. A root that is half there, or whose key does not fit, is an error
  // that names the file: clients trust the old one, so it is never replaced in silence.
  static base::Result<LocalAuthority> open(const std::filesystem::path& folder);

  // Can it vouch for the name? Not for one label other than localhost: that no name constraint can express.
  [[nodiscard]] static bool serves(std::string_view name);
  // kInvalid when there is no name, or one that it cannot serve.
  [[nodiscard]] base::Result<KeyedCertificate> issue(const std::vector<std::string>& names) const;

  [[nodiscard]] const std::filesystem::path& root_path() const { return root_path_; }
  [[nodiscard]] const CertificateChain& root() const { return root_.chain; }
  [[nodiscard]] bool issued(const CertificateChain& chain) const;

 private:
  LocalAuthority(std::filesystem::path root_path, KeyedCertificate root)
      : root_path_(std::move(root_path)), root_(std::move(root)) {}

  std::filesystem::path root_path_;
  KeyedCertificate root_;
};

}  // namespace gatehouse::tls
