// LogReader: the output of a container, piece by piece. Owns the stream that it comes from; the loop's thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/task.h"
#include "base/result.h"
#include "docker/log_frames.h"
#include "http/client.h"

namespace gatehouse::docker {

enum class LogFraming : bool { kPlain, kMultiplexed };  // a terminal's output is plain

class LogReader {
 public:
  LogReader(std::unique_ptr<http::ClientBody> body, LogFraming framing) : body_(std::move(body)), framing_(framing) {}

  // The next pieces; none at the end. Valid until the next call. Waits as long as it takes while logs are followed.
  async::Task<base::Result<std::vector<LogPiece>>> next();

 private:
  std::unique_ptr<http::ClientBody> body_;
  LogFraming framing_;
  LogFrames frames_;
};

}  // namespace gatehouse::docker
