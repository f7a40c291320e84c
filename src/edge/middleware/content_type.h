// contentType: gives a response without Content-Type the type that its first bytes look like. Without this middleware
// the edge never guesses. Behaviour: Traefik v3, where the presence of the middleware turns the guessing on.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_body.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_content_type(const model::ContentType& config, HandlerPtr next,
                                           const MiddlewareContext& context);

}  // namespace gatehouse::edge
