// replacePath: puts another path in place of the request's, which the backend finds in X-Replaced-Path. Behaviour:
// Traefik v3.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_path.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_replace_path(const model::ReplacePath& config, HandlerPtr next,
                                           const MiddlewareContext& context);

}  // namespace gatehouse::edge
