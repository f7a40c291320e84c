#include "docker/json_lines.h"

#include <algorithm>

#include "base/text.h"

namespace gatehouse::docker {

using base::fail;
using base::Result;
using format::JsonDocument;

async::Task<Result<std::optional<JsonDocument>>> JsonLines::next() {
  for (;;) {
    if (const auto line = take_line()) {
      BASE_CO_TRY(auto document, JsonDocument::parse(*line));
      co_return document;
    }
    if (ended_) co_return std::nullopt;
    BASE_CO_TRY(const auto piece, co_await body_->next());
    ended_ = piece.empty();
    pending_ += ended_ ? "\n" : piece;
    if (pending_.size() - begin_ > kLineBytesMax) {
      co_return fail(base::ErrorCode::kLimit, base::Fault::kBackend,
                     "the Docker engine sent a line of more than " + std::to_string(kLineBytesMax) + " bytes");
    }
  }
}

std::optional<std::string> JsonLines::take_line() {
  for (;;) {
    const auto end = pending_.find('\n', std::max(begin_, scanned_));
    if (end == std::string::npos) break;
    const auto line = base::trim(std::string_view(pending_).substr(begin_, end - begin_));
    begin_ = scanned_ = end + 1;
    if (!line.empty()) return std::string(line);
  }
  pending_.erase(0, begin_);
  begin_ = 0;
  scanned_ = pending_.size();
  return std::nullopt;
}

}  // namespace gatehouse::docker
