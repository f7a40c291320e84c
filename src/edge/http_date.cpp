#include "edge/http_date.h"

#include <ctime>

namespace gatehouse::edge {

std::string_view HttpDate::text(std::chrono::system_clock::time_point now) {
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  if (text_.empty() || second != written_for_) {
    const std::time_t time = std::chrono::system_clock::to_time_t(second);
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    char buffer[32];
    text_.assign(buffer, std::strftime(buffer, sizeof buffer, "%a, %d %b %Y %H:%M:%S GMT", &parts));
    written_for_ = second;
  }
  return text_;
}

}  // namespace gatehouse::edge
