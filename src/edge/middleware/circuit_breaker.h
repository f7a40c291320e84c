// circuitBreaker: stops asking a service that fails, for a while, and then asks it again bit by bit. Behaviour:
// Traefik v3; an answer counts when its head is there, not when its content has ended.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_body.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_circuit_breaker(const model::CircuitBreaker& config, HandlerPtr next,
                                              const MiddlewareContext& context);

}  // namespace gatehouse::edge
