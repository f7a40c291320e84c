// errors: answers certain statuses with the page of another service. Behaviour: Traefik v3.7.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_body.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_errors(const model::ErrorPages& config, HandlerPtr next,
                                     const MiddlewareContext& context);

}  // namespace gatehouse::edge
