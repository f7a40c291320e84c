// retry: asks the backend again when it could not be reached or answered with certain statuses. Behaviour: Traefik
// v3.7.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_body.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_retry(const model::Retry& config, HandlerPtr next, const MiddlewareContext& context);

}  // namespace gatehouse::edge
