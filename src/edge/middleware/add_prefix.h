// addPrefix: puts a prefix in front of the path. Behaviour: Traefik v3.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_path.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_add_prefix(const model::AddPrefix& config, HandlerPtr next,
                                         const MiddlewareContext& context);

}  // namespace gatehouse::edge
