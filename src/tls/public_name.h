// Which names a public certificate authority can vouch for. Pure functions, any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace gatehouse::tls {

// Names below these belong to nobody on the public internet: reserved by RFC 6761, RFC 6762, RFC 8375 and ICANN's
// "internal", or refused for delegation because private networks use them.
[[nodiscard]] std::span<const std::string_view> private_suffixes();

// False for localhost and what private_suffixes() lists, for names of one label, and for IP addresses that are not
// globally reachable. A wildcard is judged by what follows it. Any case, with or without the root's dot.
[[nodiscard]] bool is_public_name(std::string_view name);

// Can a certificate hold it: an IP address, or a host name of letters, digits, hyphens and underscores, with at most
// one
// "*." in front? Lower case, no root dot.
[[nodiscard]] bool is_certificate_name(std::string_view name);

}  // namespace gatehouse::tls
