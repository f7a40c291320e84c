#include "edge/middleware/query_escaped.h"

#include "http/syntax.h"

namespace gatehouse::edge {

std::string query_escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (http::is_unreserved(c)) {
      result += c;
    } else if (c == ' ') {
      result += '+';
    } else {
      result += '%';
      result += http::kUpperHexDigits[byte >> 4];
      result += http::kUpperHexDigits[byte & 15];
    }
  }
  return result;
}

}  // namespace gatehouse::edge
