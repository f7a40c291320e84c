#include "docker/log_frames.h"

#include <algorithm>

namespace gatehouse::docker {

using base::Result;

Result<std::vector<LogPiece>> LogFrames::decode(std::string_view input) {
  std::vector<LogPiece> pieces;
  while (!input.empty()) {
    if (left_ > 0) {
      const auto count = std::min<std::size_t>(left_, input.size());
      pieces.push_back({stream_, input.substr(0, count)});
      left_ -= static_cast<std::uint32_t>(count);
      input.remove_prefix(count);
      continue;
    }
    header_[header_bytes_++] = static_cast<std::uint8_t>(input.front());
    input.remove_prefix(1);
    if (header_bytes_ == kHeaderBytes) BASE_CHECK(begin_frame());
  }
  return pieces;
}

Result<void> LogFrames::begin_frame() {
  constexpr std::uint8_t kStderrByte = 2;
  const bool is_header = header_[0] <= kStderrByte && header_[1] == 0 && header_[2] == 0 && header_[3] == 0;
  if (!is_header) {
    return base::fail(base::ErrorCode::kInvalid, base::Fault::kBackend,
                      "the Docker engine sent a log that is not framed as its API says");
  }
  header_bytes_ = 0;
  stream_ = header_[0] == kStderrByte ? LogStream::kStderr : LogStream::kStdout;
  left_ = 0;
  for (std::size_t i = 4; i < kHeaderBytes; ++i) left_ = (left_ << 8) | header_[i];
  return {};
}

}  // namespace gatehouse::docker
