// The edge's role and nothing else, linked for edge_alone.py, which looks at what that brings along.
#include "base/log.h"
#include "edge/edge.h"

int main() {
  auto log = gatehouse::base::Log::open({});
  constexpr int kListener = 3;  // as control gives it
  return log ? gatehouse::edge::run_edge(
                   {.control_listener = gatehouse::sys::Fd(kListener), .version = {}, .build = {}}, *log)
             : 1;
}
