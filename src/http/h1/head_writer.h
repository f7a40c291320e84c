// Heads to bytes. What the message says about its framing and its connection is not copied from its fields but written
// anew, from values that were decided once: Content-Length, Transfer-Encoding, Connection, Upgrade. Appends to a buffer
// of the caller's in one piece; pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

#include "http/h1/framing.h"
#include "http/message.h"

namespace gatehouse::http::h1 {

// How a request is put on the wire to a backend, always as HTTP/1.1.
struct RequestWire {
  std::string_view target = {};  // such as Target::path_and_query
  Framing framing = {};
  std::string_view upgrade = {};  // protocol to ask for; empty: none
  bool close = false;             // asks for one exchange only
};

// A Host field is written even where the request has none: HTTP/1.1 wants one (RFC 9112 3.2).
void append_request(std::string& out, const RequestHead& head, const RequestWire& wire);

// How a response is put on the wire to a client.
struct ResponseWire {
  Framing framing = {};  // as framing_for() the client's version
  Version client = Version::kHttp11;
  std::string_view upgrade = {};  // with 101: the protocol that was switched to
  bool close = false;             // nothing follows on the connection; must be set for kUntilClose
};

// The version written is ours, 1.1, whatever the client's (RFC 9112 2.3). A missing reason is filled in.
void append_response(std::string& out, const ResponseHead& head, const ResponseWire& wire);

}  // namespace gatehouse::http::h1
