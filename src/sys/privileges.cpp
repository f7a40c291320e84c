#include "sys/privileges.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "base/parse_int.h"
#include "base/text.h"
#include "sys/file.h"

namespace gatehouse::sys {

using base::fail_errno;
using base::Result;

Result<void> give_up_capabilities() {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return fail_errno(errno, "cannot forbid new privileges");
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  // Needs a capability itself, so it comes first and may fail for who has none.
  for (int capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability) {
    ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  }
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  if (::syscall(SYS_capset, &header, none.data()) != 0) return fail_errno(errno, "cannot give up the capabilities");
  return {};
}

Result<void> forbid_inspection() {
  const rlimit none{};
  if (::setrlimit(RLIMIT_CORE, &none) != 0) return fail_errno(errno, "cannot forbid core dumps");
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return fail_errno(errno, "cannot hide the process's memory");
  return {};
}

Result<void> limit_resources(std::uint64_t memory_bytes) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_DATA, &limit) != 0) return fail_errno(errno, "cannot ask for the limit of memory");
  limit.rlim_cur = limit.rlim_max = std::min<rlim_t>(limit.rlim_max, memory_bytes);
  if (::setrlimit(RLIMIT_DATA, &limit) != 0) return fail_errno(errno, "cannot limit the memory");
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return fail_errno(errno, "cannot ask for the limit of descriptors");
  limit.rlim_max = limit.rlim_cur;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) return fail_errno(errno, "cannot limit the descriptors");
  return {};
}

std::uint64_t machine_memory_bytes() {
  struct sysinfo info{};
  ::sysinfo(&info);
  std::uint64_t bytes = std::uint64_t{info.totalram} * info.mem_unit;
  for (const auto* path : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    const auto text = read_file(path);  // "max" where there is no limit
    const auto limit = text ? base::parse_int<std::uint64_t>(base::trim(*text)) : std::nullopt;
    if (limit) bytes = std::min(bytes, *limit);
  }
  return bytes;
}

}  // namespace gatehouse::sys
