// rateLimit: a token bucket for each source. Who is a little early waits, who is far too early is told when to come
// back. Behaviour: Traefik v3, but that the buckets outlive a new configuration.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_guard.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_rate_limit(const model::RateLimit& config, HandlerPtr next,
                                         const MiddlewareContext& context);

}  // namespace gatehouse::edge
