// digestAuth: lets pass who proves to know the password of one of the users (RFC 7616 with MD5 and qop=auth).
// Behaviour: Traefik v3.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_guard.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_digest_auth(const model::DigestAuth& config, HandlerPtr next,
                                          const MiddlewareContext& context);

}  // namespace gatehouse::edge
