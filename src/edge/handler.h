// Handler: what turns a request into a response. Middlewares wrap the next handler, services are the last one; a router
// holds the outermost. Handlers are compiled with a snapshot, immutable, and shared by the workers; what changes with a
// request lives in its Exchange.
#pragma once

#include <memory>

#include "async/task.h"
#include "edge/response.h"

namespace gatehouse::edge {

class Exchange;

class Handler {
 public:
  virtual ~Handler() = default;
  Handler() = default;
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;

  // Always gives a response: an error on the way has become one (error_response.h).
  [[nodiscard]] virtual async::Task<Response> handle(Exchange& exchange) const = 0;
};

using HandlerPtr = std::shared_ptr<const Handler>;

}  // namespace gatehouse::edge
