// stripPrefixRegex: takes off the path what the first matching expression of a list matches at its beginning, and tells
// the backend in X-Forwarded-Prefix. Behaviour: Traefik v3; what is left behind must be canonical, else 400.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_path.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_strip_prefix_regex(const model::StripPrefixRegex& config, HandlerPtr next,
                                                 const MiddlewareContext& context);

}  // namespace gatehouse::edge
