// Process: a child, or another process that we hold by a descriptor, so that its number cannot come to mean somebody
// else. Owned by whoever holds the value; dropping it neither ends the process nor waits for it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/result.h"
#include "sys/account.h"
#include "sys/fd.h"

namespace gatehouse::sys {

struct Spawn {
  const Fd& executable;                // see open_executable()
  std::vector<std::string> arguments;  // the first one is the program's name
  std::vector<std::string> environment;
  // Given to the child as 3, 4, 5...; standard streams are ours, and everything else is closed.
  std::vector<int> descriptors = {};
  int standard_error = 2;
  std::optional<User> user;  // becomes that one, without privileges; else stays who we are, with no new ones
};

class Process {
 public:
  // fork and exec; fails when either does.
  static base::Result<Process> spawn(const Spawn& spawn);
  // A process that is not our child; kNotFound when there is none of that number.
  static base::Result<Process> open(pid_t pid);

  [[nodiscard]] pid_t pid() const { return pid_; }
  // Readable once the process has ended.
  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] bool has_ended() const;
  // Whom it runs as; kNotFound when it has ended.
  [[nodiscard]] base::Result<uid_t> user() const;
  void signal(int number) const;

  // How a child that has ended came to its end: "exit code 1", "signal 9 (Killed)". Empty for who is not our child.
  std::string reap();

 private:
  Process(pid_t pid, Fd fd, bool is_child) : pid_(pid), fd_(std::move(fd)), is_child_(is_child) {}

  pid_t pid_;
  Fd fd_;
  bool is_child_;
};

}  // namespace gatehouse::sys
