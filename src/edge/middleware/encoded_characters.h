// encodedCharacters: refuses paths that hold certain characters escaped, because backends decode them to characters
// with a meaning. Behaviour: Traefik v3.7: 400 unless allowed.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_path.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_encoded_characters(const model::EncodedCharacters& config, HandlerPtr next,
                                                 const MiddlewareContext& context);

}  // namespace gatehouse::edge
