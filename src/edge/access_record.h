// AccessRecord: what one exchange leaves behind for the access log and the metrics.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "observe/series.h"

namespace gatehouse::edge {

struct AccessRecord {
  std::chrono::system_clock::time_point started_at;
  std::chrono::steady_clock::time_point started;
  std::chrono::steady_clock::duration duration{};  // the whole exchange
  // Of the last attempt at a backend; none when the request got to none.
  std::chrono::steady_clock::time_point origin_started;
  std::chrono::steady_clock::duration first_byte{};       // until the head of its response
  std::chrono::steady_clock::duration origin_duration{};  // until the end of the response
  // As the client sent them, made canonical; middlewares do not change them. Views of the request's storage.
  std::string_view path;
  std::string_view host;
  std::string_view forwarded_for;  // what trusted proxies in front of us say of the client; empty: nothing
  std::string_view router_name;    // lives with the runtime that the exchange holds
  std::string_view service_name;   // and so do these
  std::string_view server_url;
  observe::SubjectId service_subject = observe::kNoSubject;
  std::string user_name;
  int origin_status = 0;
  int status = 0;
  std::uint64_t request_bytes = 0;   // of the content
  std::uint64_t response_bytes = 0;  // of the content, as the client got it
  std::uint64_t origin_bytes = 0;    // of the content, as the backend sent it
  unsigned retries = 0;
};

}  // namespace gatehouse::edge
