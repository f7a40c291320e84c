// grpcWeb: lets pages in browsers, which see no trailers, speak to gRPC services: the trailers become the last frame of
// the content, as text (base64) where the client wants that. Behaviour: Traefik v3, which uses improbable-eng/grpc-web;
// protocol: grpc/doc/PROTOCOL-WEB.md. It also answers preflights of the origins that are allowed.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_body.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_grpc_web(const model::GrpcWeb& config, HandlerPtr next, const MiddlewareContext& context);

}  // namespace gatehouse::edge
