// stripPrefix: takes the first prefix of a list off the path, and tells the backend which in X-Forwarded-Prefix.
// Behaviour: Traefik v3; what is left behind must be canonical, else 400.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_path.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_strip_prefix(const model::StripPrefix& config, HandlerPtr next,
                                           const MiddlewareContext& context);

}  // namespace gatehouse::edge
