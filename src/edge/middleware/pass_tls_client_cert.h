// passTLSClientCert: tells the backend of the client's certificate, whole or in parts. A client without one is passed
// on as it came: what it says in those fields itself was removed at the entry point. Behaviour: Traefik v3.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_guard.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_pass_tls_client_cert(const model::PassTlsClientCert& config, HandlerPtr next,
                                                   const MiddlewareContext& context);

}  // namespace gatehouse::edge
