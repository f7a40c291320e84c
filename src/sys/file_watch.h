// FileWatch: tells that something happened in folders (inotify), not what: whoever is told looks again. Owned by one
// task; one thread.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "sys/fd.h"

namespace gatehouse::sys {

class FileWatch {
 public:
  // Throws std::system_error when the system gives no inotify (fs.inotify.max_user_instances).
  FileWatch();

  // Watches exactly these folders from now on; those that do not exist are left out. False when one is missing.
  bool watch(const std::vector<std::filesystem::path>& folders);
  [[nodiscard]] int fd() const { return fd_.get(); }
  // Whether anything happened since the last call. Never waits.
  bool drain();

 private:
  Fd fd_;
  std::vector<int> watches_;
};

}  // namespace gatehouse::sys
