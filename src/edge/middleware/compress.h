// compress: sends the content in an encoding that the client accepts and that makes it smaller. Behaviour: Traefik v3.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_body.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_compress(const model::Compress& config, HandlerPtr next,
                                       const MiddlewareContext& context);

}  // namespace gatehouse::edge
