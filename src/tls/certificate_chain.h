// CertificateChain: a certificate with the ones that lead from it to a root, and what it says about itself. An
// immutable value that shares its parts; any thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tls/private_key.h"

struct x509_st;

namespace gatehouse::tls {

using WallTime = std::chrono::system_clock::time_point;

class CertificateChain {
 public:
  static constexpr std::size_t kCertificatesMax = 32;

  // One certificate at least, the leaf first; other PEM blocks (a key in the same file) are passed over.
  static base::Result<CertificateChain> from_pem(std::string_view pem);

  // DNS names and wildcards in lower case, and IP addresses; the common name where there are no alternative names.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] std::string common_name() const;
  [[nodiscard]] std::string issuer() const;  // the issuer's common name, or its organisation
  // The common names of all issuers in the chain; a "preferred chain" is found by the last of them.
  [[nodiscard]] std::vector<std::string> issuers() const;
  [[nodiscard]] std::string serial() const;         // hexadecimal, lower case
  [[nodiscard]] std::string authority_key() const;  // bytes: the identifier of the key that signed it; may be empty
  [[nodiscard]] std::string fingerprint() const;    // SHA-256 of the leaf, hexadecimal, lower case
  [[nodiscard]] WallTime not_before() const;
  [[nodiscard]] WallTime not_after() const;
  [[nodiscard]] bool is_elliptic() const;  // an EC or Ed key, as opposed to RSA
  [[nodiscard]] bool is_authority() const;
  [[nodiscard]] bool matches(const PrivateKey& key) const;
  // Does a certificate for `name` serve: the name itself, or a wildcard with one label in its place?
  [[nodiscard]] bool covers(std::string_view name) const;

  [[nodiscard]] std::string to_pem() const;
  [[nodiscard]] x509_st* leaf() const { return certificates_.front().get(); }
  [[nodiscard]] const std::vector<std::shared_ptr<x509_st>>& native() const { return certificates_; }

 private:
  explicit CertificateChain(std::vector<std::shared_ptr<x509_st>> certificates);

  std::vector<std::shared_ptr<x509_st>> certificates_;
  std::vector<std::string> names_;
};

// "*.example.com" covers "a.example.com", not "a.b.example.com" (RFC 6125 section 6.4.3). Both in lower case.
[[nodiscard]] bool covers_name(std::string_view pattern, std::string_view name);

}  // namespace gatehouse::tls
