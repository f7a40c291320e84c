// The data plane's process: workers that serve, and a main thread that listens to control. Started by control as an
// unprivileged user; serves on when control is gone, and the next control finds it through its Unix socket.
#pragma once

#include <string>

#include <sys/types.h>

#include "base/log.h"
#include "sys/fd.h"

namespace gatehouse::edge {

struct EdgeOptions {
  sys::Fd control_listener;  // a Unix socket on which control connects
  uid_t control_uid = 0;     // nobody else is listened to
  unsigned workers = 1;
  std::string version;
  std::string build;  // tells one executable from another
};

// Returns the exit code, after a drain. Throws at start-up only.
int run_edge(EdgeOptions options, base::Log& log);

}  // namespace gatehouse::edge
