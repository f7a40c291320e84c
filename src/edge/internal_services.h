// The services that the edge answers itself: ping@internal, noop@internal.
#pragma once

#include <string_view>

#include "edge/handler.h"
#include "model/snapshot.h"

namespace gatehouse::edge {

// Null when the name is none of them.
HandlerPtr make_internal_service(std::string_view name, const model::Snapshot& snapshot);

}  // namespace gatehouse::edge
