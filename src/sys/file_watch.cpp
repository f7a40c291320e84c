#include "sys/file_watch.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <sys/inotify.h>
#include <unistd.h>

namespace gatehouse::sys {

namespace {

// Editors write in place, or write beside and rename; both are here, and so is the folder's own end.
constexpr std::uint32_t kEvents = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB |
                                  IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

}  // namespace

FileWatch::FileWatch() : fd_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (!fd_.valid()) throw std::system_error(errno, std::generic_category(), "inotify_init1");
}

bool FileWatch::watch(const std::vector<std::filesystem::path>& folders) {
  std::vector<int> watches;
  bool complete = true;
  for (const auto& folder : folders) {
    const int number = ::inotify_add_watch(fd_.get(), folder.c_str(), kEvents);
    if (number >= 0) watches.push_back(number);
    complete = complete && number >= 0;
  }
  for (const int old : watches_) {
    if (std::ranges::find(watches, old) == watches.end()) ::inotify_rm_watch(fd_.get(), old);
  }
  watches_ = std::move(watches);
  return complete;
}

bool FileWatch::drain() {
  alignas(inotify_event) std::array<char, 4096> buffer;
  bool any = false;
  while (::read(fd_.get(), buffer.data(), buffer.size()) > 0) any = true;
  return any;
}

}  // namespace gatehouse::sys
