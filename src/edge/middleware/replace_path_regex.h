// replacePathRegex: rewrites the escaped path by an expression; the backend finds the former one in X-Replaced-Path.
// Behaviour: Traefik v3; the result must be canonical, else 400.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_path.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_replace_path_regex(const model::ReplacePathRegex& config, HandlerPtr next,
                                                 const MiddlewareContext& context);

}  // namespace gatehouse::edge
