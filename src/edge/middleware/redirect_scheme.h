// redirectScheme: sends the client to the same address with another scheme and port. Behaviour: Traefik v3, but that
// the brackets of an IPv6 address stay.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_path.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_redirect_scheme(const model::RedirectScheme& config, HandlerPtr next,
                                              const MiddlewareContext& context);

}  // namespace gatehouse::edge
