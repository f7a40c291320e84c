#include "http/h1/chunked_encoder.h"

#include <cassert>

#include "http/h1/connection.h"

namespace gatehouse::http::h1 {

ChunkHead::ChunkHead(std::uint64_t content_bytes) {
  assert(content_bytes > 0);
  bytes_[--begin_] = '\n';
  bytes_[--begin_] = '\r';
  do {
    bytes_[--begin_] = "0123456789abcdef"[content_bytes & 15];
    content_bytes >>= 4;
  } while (content_bytes != 0);
}

void append_last_chunk(std::string& out, const Fields& trailers) {
  out += "0\r\n";
  for (const auto& field : trailers) {
    if (!is_allowed_in_trailers(field)) continue;
    out.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  out += "\r\n";
}

}  // namespace gatehouse::http::h1
