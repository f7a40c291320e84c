// LogFrames: the engine's multiplexed stream of a container's two outputs, taken apart: frames of one byte for the
// stream, three of zero, four of length in network order, then the bytes (Engine API, "ContainerAttach"). A container
// with a terminal has one plain stream. Sans-I/O; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gatehouse::docker {

enum class LogStream { kStdout, kStderr };

struct LogPiece {
  LogStream stream = LogStream::kStdout;
  std::string_view bytes;  // of the input; not necessarily whole lines
};

class LogFrames {
 public:
  // The pieces of output in the input, which may be cut anywhere. kInvalid for what is no frame.
  base::Result<std::vector<LogPiece>> decode(std::string_view input);
  // At the end of the stream: did it stop between two frames?
  [[nodiscard]] bool is_between_frames() const { return header_bytes_ == 0 && left_ == 0; }

 private:
  static constexpr std::size_t kHeaderBytes = 8;

  base::Result<void> begin_frame();

  std::array<std::uint8_t, kHeaderBytes> header_{};
  std::size_t header_bytes_ = 0;
  LogStream stream_ = LogStream::kStdout;
  std::uint32_t left_ = 0;  // of the current frame
};

}  // namespace gatehouse::docker
