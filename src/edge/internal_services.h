// The services that the edge answers itself: api@internal, dashboard@internal, ping@internal,
// prometheus@internal, noop@internal. The API only reads: what changes anything is control's, with a sign-in of its
// own. Paths and answers are Traefik's.
#pragma once

#include <string_view>

#include "edge/handler.h"
#include "model/snapshot.h"

namespace gatehouse::edge {

// Null when the name is none of them, or the snapshot does not offer it: without `api` there is no API.
HandlerPtr make_internal_service(std::string_view name, const model::Snapshot& snapshot);

}  // namespace gatehouse::edge
