// Service: the last handler of a chain, or a choice among other services. Compiled with a snapshot, immutable, shared
// by the workers; what is learnt of servers lives beside it (edge/lasting.h).
#pragma once

#include <memory>

#include "async/deadline.h"
#include "edge/handler.h"

namespace gatehouse::edge {

class Service : public Handler {
 public:
  // Is there anybody to answer? False when no server is known to be up; a service of services then leaves this one out.
  [[nodiscard]] virtual bool is_up(async::Instant now) const = 0;
};

using ServicePtr = std::shared_ptr<const Service>;

// 503 in Traefik's words, and the error that tells a failover from a backend's own 503.
Response no_server_response(Exchange& exchange, std::string_view service);

}  // namespace gatehouse::edge
