// prometheus@internal: the page that Prometheus reads, put together when it is asked for. The handler runs on a
// worker's thread and writes off the loop.
#pragma once

#include "edge/handler.h"

namespace gatehouse::edge {

HandlerPtr make_metrics_page();

}  // namespace gatehouse::edge
