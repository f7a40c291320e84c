// Lasting: what outlives a snapshot, so that a new configuration forgives nobody and forgets nothing: what rate limits
// have given out, who is in flight, which servers are up. Made by the edge before its first snapshot, outlives all of
// them. Snapshots are compiled against it on the edge's main thread; the workers share what it holds.
#pragma once

#include "edge/backends/checked_health.h"
#include "edge/backends/server_state.h"
#include "edge/kept.h"
#include "edge/middleware/buckets.h"
#include "edge/middleware/circuit.h"
#include "edge/middleware/in_flight_table.h"

namespace gatehouse::edge {

struct Lasting {
  Buckets buckets;                // of rate limits
  Kept<InFlightTable> in_flight;  // by router and middleware
  Kept<Circuit> circuits;         // by router, middleware and rule
  Kept<CheckedHealth> health;     // by server, and how it is checked
  Kept<ServerState> servers;      // by service and server
};

}  // namespace gatehouse::edge
