// Telemetry: what the edge tells of itself and of its traffic, beside the access log. One is the edge's, made by it
// before the workers and outliving them; each worker has its own part of it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

#include "ipc/messages.h"
#include "observe/span_queue.h"
#include "observe/subject_book.h"
#include "observe/tally.h"
#include "observe/tally_board.h"
#include "observe/trace_context.h"
#include "sys/process_usage.h"

namespace gatehouse::edge {

struct Telemetry {
  explicit Telemetry(sys::ProcessUsage usage = {}) : process(std::move(usage)) {}

  observe::SubjectBook subjects;  // the main thread's
  observe::TallyBoard tallies;
  observe::SpanQueue spans;
  sys::ProcessUsage process;
  std::chrono::system_clock::time_point started = std::chrono::system_clock::now();
  std::atomic<std::uint64_t> configurations = 0;  // that control has sent
  std::atomic<bool> control_is_here = false;
  std::atomic<std::shared_ptr<const ipc::ControlFacts>> control;  // null: it has told nothing yet
  std::atomic<bool> terminating = false;                          // /ping says so
  std::atomic<bool> last_configuration_served = true;
};

// On the worker's thread.
struct WorkerTelemetry {
  WorkerTelemetry(Telemetry& the_edges, async::Loop& loop) : edge(the_edges), seat(the_edges.tallies, loop, tally) {}

  Telemetry& edge;
  observe::Tally tally;
  observe::TallyBoard::Seat seat;
  observe::TraceIds trace_ids;
};

}  // namespace gatehouse::edge
