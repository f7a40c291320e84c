// The Date field of our own responses (RFC 9110 section 6.6.1), written once a second. One a worker.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace gatehouse::edge {

class HttpDate {
 public:
  // "Sun, 06 Nov 1994 08:49:37 GMT"; valid until the next call.
  std::string_view text(std::chrono::system_clock::time_point now);

 private:
  std::chrono::sys_seconds written_for_{};
  std::string text_;
};

}  // namespace gatehouse::edge
