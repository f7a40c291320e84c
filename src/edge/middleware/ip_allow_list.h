// ipAllowList, and ipWhiteList by its old name: lets only clients of certain addresses pass. Behaviour: Traefik v3.
#pragma once

#include "base/result.h"
#include "edge/handler.h"
#include "model/middleware_guard.h"

namespace gatehouse::edge {

struct MiddlewareContext;

base::Result<HandlerPtr> make_ip_allow_list(const model::IpAllowList& config, HandlerPtr next,
                                            const MiddlewareContext& context);

}  // namespace gatehouse::edge
