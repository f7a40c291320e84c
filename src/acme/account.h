// Account: who we are to a certificate authority (RFC 8555 section 7.3): a key, and the URL that the authority knows it
// by. A value; the session does the asking.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "acme/session.h"
#include "base/secret.h"
#include "tls/private_key.h"

namespace gatehouse::acme {

struct ExternalAccount {
  std::string kid;
  base::Secret hmac_encoded;
};

struct Registration {
  std::string uri;
  std::string body;  // JSON, as the authority gave it
};

// Makes the account, or finds the one that the key has already, and tells the session of it.
async::Task<base::Result<Registration>> register_account(Session& session, std::vector<std::string> contacts,
                                                         std::optional<ExternalAccount> external,
                                                         async::Deadline deadline);

}  // namespace gatehouse::acme
