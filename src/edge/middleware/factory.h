// Builds the handler of a middleware around the next one. A middleware is one file of this folder with one function
//   Result<HandlerPtr> make_<type>(const model::<Type>& config, HandlerPtr next, const MiddlewareContext& context);
// which refuses options that make no sense: the router that uses it is then disabled, and the operator told why.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware.h"

namespace gatehouse::edge {

struct Lasting;

struct MiddlewareContext {
  std::string name;    // of the middleware: name@provider
  std::string router;  // or service that it is built for: state is kept for each
  Lasting& lasting;
  // The handler of a service, for middlewares that answer with another one's response.
  std::function<base::Result<HandlerPtr>(const std::string& service)> service;
};

base::Result<HandlerPtr> make_middleware(const model::Middleware& config, HandlerPtr next,
                                         const MiddlewareContext& context);

}  // namespace gatehouse::edge
