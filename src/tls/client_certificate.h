// ClientCertificate: what a client has shown of itself in the handshake, taken apart once for all its requests. An
// immutable value. Whether it was verified is the business of the TLS options (clientAuth).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gatehouse::tls {

// The attributes of a distinguished name that somebody may want to know (X.520; domain components: RFC 2247).
enum class NameAttribute : std::uint8_t {
  kDomainComponent,
  kCountry,
  kProvince,
  kLocality,
  kOrganization,
  kOrganizationalUnit,
  kSerialNumber,
  kCommonName,
};

struct NamePart {
  NameAttribute attribute;
  std::string value;  // UTF-8
};

struct ClientCertificate {
  std::string der;  // as base64
  std::vector<NamePart> subject;
  std::vector<NamePart> issuer;
  std::string serial;  // decimal
  std::chrono::sys_seconds not_before;
  std::chrono::sys_seconds not_after;
  std::vector<std::string> alternative_names;  // DNS names, then mail addresses, IP addresses, URIs

  // kInvalid for what is no certificate.
  static base::Result<ClientCertificate> from_pem(std::string_view pem);
};

}  // namespace gatehouse::tls
