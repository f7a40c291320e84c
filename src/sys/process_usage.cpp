#include "sys/process_usage.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace gatehouse::sys {

namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::uint64_t take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto* end = std::from_chars(text.data(), text.data() + text.size(), number).ptr;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (!text.empty()) text.remove_prefix(1);
  return number;
}

}  // namespace

ProcessUsage::ProcessUsage()
    : memory_(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC)),
      descriptors_(::open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {}

ProcessUsage::Now ProcessUsage::now() const {
  Now now;
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0) now.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) now.descriptors_max = limit.rlim_cur;
  std::array<char, 256> buffer{};
  if (const auto count = ::pread(memory_.get(), buffer.data(), buffer.size(), 0); count > 0) {
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    std::string_view text(buffer.data(), static_cast<std::size_t>(count));
    now.virtual_bytes = take_number(text) * page;
    now.resident_bytes = take_number(text) * page;
  }
  now.descriptors = count_descriptors();
  return now;
}

// Not by opendir(), which would open. Two threads that count at once share the position; what they say is then less.
std::optional<std::uint64_t> ProcessUsage::count_descriptors() const {
  if (!descriptors_.valid() || ::lseek(descriptors_.get(), 0, SEEK_SET) != 0) return std::nullopt;
  alignas(dirent64) std::array<char, 16 * 1024> buffer{};
  std::uint64_t entries = 0;
  for (;;) {
    const auto count = ::syscall(SYS_getdents64, descriptors_.get(), buffer.data(), buffer.size());
    if (count < 0) return std::nullopt;
    if (count == 0) break;
    for (long at = 0; at < count; ++entries) at += reinterpret_cast<const dirent64*>(buffer.data() + at)->d_reclen;
  }
  constexpr std::uint64_t kDots = 2;
  return entries - std::min(entries, kDots);
}

}  // namespace gatehouse::sys
