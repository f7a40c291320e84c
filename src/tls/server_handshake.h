// What a server-side handshake works with, found from OpenSSL's callbacks by the connection's app data. Lives in a
// TlsStream until its handshake has ended. Internal to this layer.
#pragma once

#include <memory>
#include <string>

struct ssl_st;

namespace gatehouse::tls {

class ServerContexts;
class OptionsProfile;
class TicketKeys;

struct ServerHandshake {
  std::shared_ptr<const ServerContexts> contexts;
  int fd = -1;
  std::string wanted_options;               // name of the options to go by; empty: those of the host that is asked for
  std::string sni;                          // lower case, without the root's dot
  const OptionsProfile* options = nullptr;  // of contexts
  std::string refusal;                      // why we ended it ourselves
};

// Null on the client's side and after the handshake.
ServerHandshake* handshake_of(ssl_st* ssl);
TicketKeys* ticket_keys_of(ssl_st* ssl);

}  // namespace gatehouse::tls
