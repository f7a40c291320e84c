// Making certificates: requests for an ACME server, self-signed ones, an authority of our own and what it issues.
// Pure functions of their arguments and of the system's random numbers; any thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tls/certificate_chain.h"
#include "tls/private_key.h"

namespace gatehouse::tls {

struct KeyedCertificate {
  CertificateChain chain;
  PrivateKey key;
};

struct Validity {
  WallTime from;
  WallTime to;
};

// Made now, and already good for clocks that are a little slow.
Validity valid_for(std::chrono::hours hours);

struct Subject {
  std::string common_name;         // may be empty
  std::vector<std::string> names;  // DNS names, wildcards, IP addresses
};

// PKCS#10 in DER form, signed by the key.
base::Result<std::string> make_request(const Subject& subject, const PrivateKey& key);

base::Result<KeyedCertificate> make_self_signed(const Subject& subject, KeyType type, Validity validity);

// What TLS-ALPN-01 has to show (RFC 8737 section 3): the name alone, and the digest of the key authorisation.
base::Result<KeyedCertificate> make_challenge_certificate(const std::string& name, std::string_view key_authorisation);

// An authority that can vouch for the permitted names only, so that whoever trusts it does not trust it with the rest
// of the internet (RFC 5280 section 4.2.1.10). Permitted are DNS names with all below them, and IP ranges.
struct PermittedNames {
  std::vector<std::string> dns;        // "localhost", "home.arpa"
  std::vector<std::string> ip_ranges;  // "10.0.0.0/255.0.0.0", address and mask
};
base::Result<KeyedCertificate> make_authority(std::string_view common_name, const PermittedNames& permitted,
                                              Validity validity);

// The chain holds the leaf only: the authority's certificate is what the client has.
base::Result<KeyedCertificate> issue(const KeyedCertificate& authority, const Subject& subject, KeyType type,
                                     Validity validity);

}  // namespace gatehouse::tls
