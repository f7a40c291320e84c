#include "sys/limits.h"

#include <algorithm>

#include <sys/resource.h>

#include "sys/account.h"

namespace gatehouse::sys {

std::uint64_t raise_descriptor_limit() {
  constexpr rlim_t kPrivileged = 1U << 20;  // what Linux allows at most by default (fs.nr_open)
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  rlimit wanted = limit;
  if (is_root()) wanted.rlim_max = std::max(limit.rlim_max, kPrivileged);
  wanted.rlim_cur = wanted.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &wanted) == 0) return wanted.rlim_cur;
  wanted = {.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &wanted);
  return wanted.rlim_cur;
}

}  // namespace gatehouse::sys
