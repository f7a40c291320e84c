// Waiting for a container to be what somebody depends on: running, healthy, or at the end of its work. On failure the
// error says why, and its detail has the last lines that the container wrote.
#pragma once

#include <string>

#include "async/task.h"
#include "compose/service.h"
#include "docker/engine.h"

namespace gatehouse::deploy {

struct WaitFor {
  std::string container;  // id
  std::string service;    // for messages
  std::string stack;
  compose::Condition condition = compose::Condition::kStarted;
  async::Deadline deadline;
  std::chrono::milliseconds settle_time{0};  // how long one without a health check has to run to count as started
};

// kStarted: it runs, or has ended well. kHealthy: its health check succeeds; without one as kStarted.
// kCompletedSuccessfully: it has ended with 0.
async::Task<base::Result<void>> wait_until_ready(docker::Engine& engine, WaitFor wait);

// The last lines, those of both outputs, each indented; empty when there are none or they cannot be had.
async::Task<std::string> last_lines(docker::Engine& engine, std::string container, int lines_max);

}  // namespace gatehouse::deploy
