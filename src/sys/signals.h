// Signals as input of a loop: blocked for the whole process, read where they are waited for. Made by main() before any
// thread starts, so that every thread inherits the mask.
#pragma once

#include <csignal>
#include <initializer_list>
#include <optional>

#include "sys/fd.h"

namespace gatehouse::sys {

class Signals {
 public:
  // Throws std::system_error when the system gives no signalfd: nothing can start then. SIGPIPE is ignored too.
  explicit Signals(std::initializer_list<int> numbers);

  [[nodiscard]] int fd() const { return fd_.get(); }
  // The next one that is pending; nullopt when there is none. Never waits.
  std::optional<int> next();

 private:
  Fd fd_;
};

// For a child process, between fork and exec: it starts with no signal blocked.
void unblock_all_signals();

}  // namespace gatehouse::sys
