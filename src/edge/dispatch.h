// Dispatch: from a request's head to the response that answers it: one canonical target, forwarded headers, the router,
// its handlers. Nothing here touches a socket.
#pragma once

#include "async/task.h"
#include "edge/exchange.h"

namespace gatehouse::edge {

// The request's head and body are in the exchange; framing, upgrade and expectation have been read from the head.
async::Task<Response> dispatch(Exchange& exchange);

// Traefik's answer to a request that no router takes.
Response not_found_response();

}  // namespace gatehouse::edge
