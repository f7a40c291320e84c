// headers: custom request and response headers, CORS and security headers. Behaviour: Traefik v3: a preflight is
// answered first and gets nothing else; of two parts that set the same field of a response, CORS wins over custom over
// security.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_headers.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_headers(const model::Headers& config, HandlerPtr next, const MiddlewareContext& context);

}  // namespace gatehouse::edge
