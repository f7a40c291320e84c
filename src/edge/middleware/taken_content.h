// TakenContent: what was read of a body in advance, so that it can be judged, measured or sent again.
#pragma once

#include <memory>
#include <string>

#include "async/task.h"
#include "base/result.h"
#include "http/body.h"

namespace gatehouse::edge {

struct TakenContent {
  std::shared_ptr<const std::string> text;
  // What the text was read from. It is kept also when nothing is left in it: it knows the trailers, and the connection
  // that made it may still compare it with what it is given back.
  std::shared_ptr<http::Body> source;
  bool complete = false;  // the text is all of it

  // The content from its beginning: as often as wanted when it is complete, else once.
  [[nodiscard]] std::unique_ptr<http::Body> replay() const;
};

// Reads until the end, or until more than `bytes_max` have been read. A body that is known to be longer is not touched.
async::Task<base::Result<TakenContent>> take_content(std::unique_ptr<http::Body> body, std::uint64_t bytes_max);

}  // namespace gatehouse::edge
