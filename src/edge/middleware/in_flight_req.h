// inFlightReq: so many requests of one source at once, the others get 429. A request is in flight until its response
// has been sent, or its tunnel closed. Behaviour: Traefik v3.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_guard.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_in_flight_req(const model::InFlightReq& config, HandlerPtr next,
                                            const MiddlewareContext& context);

}  // namespace gatehouse::edge
