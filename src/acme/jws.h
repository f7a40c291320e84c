// JSON Web Signatures as ACME uses them (RFC 8555 section 6.2, RFC 7515, RFC 7638). Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "tls/private_key.h"

namespace gatehouse::acme {

// The public key as JSON, its members in the order that a thumbprint needs. kUnsupported for keys other than RSA, P-256
// and P-384.
base::Result<std::string> jwk(const tls::PrivateKey& key);
// base64url of the SHA-256 of the JWK.
base::Result<std::string> thumbprint(const tls::PrivateKey& key);
// What an HTTP-01 challenge answers (RFC 8555 section 8.1).
base::Result<std::string> key_authorisation(std::string_view token, const tls::PrivateKey& key);

struct JwsHeader {
  std::string url;
  std::string nonce;
  std::string account;  // its URL; empty: the key itself is sent, as for a new account
};
// An empty payload is that of a POST-as-GET.
base::Result<std::string> sign(const tls::PrivateKey& key, const JwsHeader& header, std::string_view payload);

// The externalAccountBinding of a new account (RFC 8555 section 7.3.4). The key is base64url, as CAs hand it out;
// kInvalid when it is not.
base::Result<std::string> bind_external_account(const tls::PrivateKey& key, std::string_view url, std::string_view kid,
                                                const base::Secret& hmac_encoded);

}  // namespace gatehouse::acme
