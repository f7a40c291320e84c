// JsonLines: a stream of JSON values, as the engine sends events and the progress of pulls and builds: one after the
// other, separated by line ends. Owns the body that they come from; the loop's thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "async/task.h"
#include "base/result.h"
#include "format/json.h"
#include "http/client.h"

namespace gatehouse::docker {

class JsonLines {
 public:
  static constexpr std::size_t kLineBytesMax = std::size_t{4} << 20;

  explicit JsonLines(std::unique_ptr<http::ClientBody> body) : body_(std::move(body)) {}

  // Nothing at the end. kLimit for a longer line, kInvalid for what is no JSON.
  async::Task<base::Result<std::optional<format::JsonDocument>>> next();

 private:
  // Takes the first complete line, if there is one.
  std::optional<std::string> take_line();

  std::unique_ptr<http::ClientBody> body_;
  std::string pending_;
  std::size_t begin_ = 0;    // of what has not been taken
  std::size_t scanned_ = 0;  // up to where there is no line end
  bool ended_ = false;
};

}  // namespace gatehouse::docker
