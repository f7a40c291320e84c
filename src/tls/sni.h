// The server name in a client's hello, and the protocols that it offers. Internal to this layer.
#pragma once

#include <optional>
#include <string>
#include <string_view>

struct ssl_st;

namespace gatehouse::tls {

// From the body of a server_name extension (RFC 6066 section 3): lower case, without the root's dot. Nothing when it is
// malformed.
std::optional<std::string> parse_sni(std::string_view extension);

// Within a client hello callback: empty when the client names no server.
std::optional<std::string> read_sni(ssl_st* ssl);
// Within a client hello callback: is this the one protocol that the client offers (ALPN, RFC 7301)?
bool offers_only(ssl_st* ssl, std::string_view protocol);

}  // namespace gatehouse::tls
