// RequestParser: bytes from a client to request heads (RFC 9112 2-5), one after the other on a connection. Owned by the
// connection, on its thread. Touches no socket: whoever reads feeds it, split as the bytes may be.
//
// What it lets through is a request of HTTP/1.0 or 1.1 with a token as method, a target of visible ASCII, well-formed
// fields within the limits, and exactly one Host (HTTP/1.0: at most one). http/target.h and h1/framing.h go on from
// there.
#pragma once

#include <cstddef>
#include <string_view>

#include "http/h1/head_reader.h"
#include "http/message.h"

namespace gatehouse::http::h1 {

class RequestParser {
 public:
  static constexpr std::size_t kEmptyLinesMax = 2;  // before the request line; RFC 9112 2.2 asks for one

  explicit RequestParser(const HeadLimits& limits = {}) : reader_(limits) {}

  // Takes bytes until a head is complete; `head` is then overwritten, and the next call begins with the next head.
  // After a violation the parser is not used again.
  Parsed<HeadProgress> parse(std::string_view input, RequestHead& head);

  // Has nothing of a request arrived yet? An empty line is nothing, too.
  [[nodiscard]] bool is_idle() const { return reader_.is_idle(); }

 private:
  Parsed<bool> read();
  Parsed<> parse_request_line(std::string_view line);

  HeadReader reader_;
  bool has_request_line_ = false;
  Version version_ = Version::kHttp11;
  std::size_t method_bytes_ = 0;
  std::size_t target_bytes_ = 0;
};

}  // namespace gatehouse::http::h1
