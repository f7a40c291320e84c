// ResponseParser: bytes from a backend to response heads (RFC 9112 4), interim ones too. Owned by the connection to the
// backend, on its thread; touches no socket. Backends are trusted no more than clients: the same strict lines and
// limits; a violation is answered with 502 and ends the connection.
#pragma once

#include <cstddef>
#include <string_view>

#include "http/h1/head_reader.h"
#include "http/message.h"

namespace gatehouse::http::h1 {

class ResponseParser {
 public:
  explicit ResponseParser(const HeadLimits& limits = {}) : reader_(limits) {}

  // Takes bytes until a head is complete; `head` is then overwritten, and the next call begins with the next head.
  // After a violation the parser is not used again.
  Parsed<HeadProgress> parse(std::string_view input, ResponseHead& head);

  // Has nothing of a response arrived yet?
  [[nodiscard]] bool is_idle() const { return reader_.is_idle(); }

 private:
  Parsed<bool> read();
  Parsed<> parse_status_line(std::string_view line);

  HeadReader reader_;
  bool has_status_line_ = false;
  Version version_ = Version::kHttp11;
  int status_ = 0;
  std::size_t reason_ = 0;  // where it begins in the status line
  std::size_t reason_bytes_ = 0;
};

}  // namespace gatehouse::http::h1
