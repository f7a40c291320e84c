// Certificates from their sources, and the one that is shown to clients for whom there is no other. Pure, any thread.
#pragma once

#include "base/result.h"
#include "tls/issue.h"
#include "tls/server_settings.h"

namespace gatehouse::tls {

// kInvalid when a part is no PEM, or the key is not the certificate's.
base::Result<KeyedCertificate> load_certificate(const CertificateSource& source);

// Self-signed, for a name that nobody has, good for a year. Throws where OpenSSL itself does not work.
CertificateSource make_default_certificate();

}  // namespace gatehouse::tls
