// Response: what a handler gives back. The head and the body may come from a backend or from the edge itself; a
// middleware changes the head, or puts its own body around or instead of the other.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "http/body.h"
#include "http/message.h"
#include "net/stream.h"

namespace gatehouse::edge {

// After 101 Switching Protocols the connection to the backend is a tunnel.
struct Tunnel {
  std::unique_ptr<net::Stream> backend;
  std::string first_bytes;  // that the backend sent right behind its head
};

struct Response {
  http::ResponseHead head;
  std::unique_ptr<http::Body> body;  // null: none
  std::unique_ptr<Tunnel> tunnel;    // with status 101 only
};

// A response of the edge's own, with Content-Type and Content-Length.
Response text_response(int status, std::string text, std::string_view content_type = "text/plain; charset=utf-8");

// RFC 9110 sections 9.3.2, 15.3.5 and 15.4.5.
inline bool may_have_content(http::MethodId method, int status) {
  return method != http::MethodId::kHead && status != 204 && status != 304;
}

// "Bad Gateway" with 502 and the like: Traefik answers with the text of the status.
Response status_response(int status);

// What the client is told of an error: 502, 503, 504, 499, 413 or 500, by its code and its fault. The one table.
int status_of(const base::Error& error);

}  // namespace gatehouse::edge
