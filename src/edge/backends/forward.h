// Forward: one request to one server and the head of its response. The last step on the way out and the first on the
// way back; whatever goes wrong in between becomes a response here and an Exchange::backend_error.
#pragma once

#include "async/task.h"
#include "edge/backends/origin.h"
#include "edge/backends/transport.h"
#include "edge/exchange.h"

namespace gatehouse::edge {

struct ForwardTo {
  const Origin& origin;  // lives with the runtime that the exchange holds, and so does the transport
  const Transport& transport;
  bool pass_host_header = true;
};

async::Task<Response> forward(Exchange& exchange, ForwardTo to);

}  // namespace gatehouse::edge
