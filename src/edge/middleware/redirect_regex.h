// redirectRegex: sends the client to the address that an expression makes of the one it asked for. Behaviour: Traefik
// v3; an unchanged address passes, a result that is no address is answered with 502.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_path.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_redirect_regex(const model::RedirectRegex& config, HandlerPtr next,
                                             const MiddlewareContext& context);

}  // namespace gatehouse::edge
