// buffering: takes in a request before the backend is asked, and a response before the client gets it, within limits,
// and asks again when an expression says so. Up to mem...BodyBytes are held in memory; what is longer flows through,
// still counted against max...BodyBytes, because the edge has no disk to put it. Behaviour otherwise: Traefik v3.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_body.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_buffering(const model::Buffering& config, HandlerPtr next,
                                        const MiddlewareContext& context);

}  // namespace gatehouse::edge
