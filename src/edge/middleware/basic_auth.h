// basicAuth: lets pass who knows the password of one of the users (RFC 7617). Slow hashes are verified off the loop, a
// limited number at once; an unknown name costs as much as a known one. Behaviour: Traefik v3.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_guard.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_basic_auth(const model::BasicAuth& config, HandlerPtr next,
                                         const MiddlewareContext& context);

}  // namespace gatehouse::edge
