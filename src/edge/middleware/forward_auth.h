// forwardAuth: asks another server whether a request may pass, and tells the backend what that one said of the user.
// Behaviour: Traefik v3.7. The answer is waited for 30 seconds; what the server of permissions refuses, the client is
// told by its own response. Of what is said in X-Forwarded-* only that is passed on which is true of this request.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_guard.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_forward_auth(const model::ForwardAuth& config, HandlerPtr next,
                                           const MiddlewareContext& context);

// The same with another way to ask the server.
base::Result<HandlerPtr> make_forward_auth(const model::ForwardAuth& config, HandlerPtr server, HandlerPtr next);

}  // namespace gatehouse::edge
