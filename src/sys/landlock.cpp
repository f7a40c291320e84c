#include "sys/landlock.h"

#include <cerrno>
#include <cstdint>

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/fd.h"

namespace gatehouse::sys {

using base::fail_errno;
using base::Result;

namespace {

// As linux/landlock.h of newer kernels has it. A kernel takes a longer structure than its own while what it does not
// know is zero.
struct Ruleset {
  std::uint64_t files = 0;
  std::uint64_t network = 0;
  std::uint64_t scoped = 0;
};

constexpr std::uint64_t bits(unsigned count) { return (std::uint64_t{1} << count) - 1; }

Ruleset everything(long version) {
  Ruleset rules{.files = bits(13)};           // execute, write, read, remove, make
  if (version >= 2) rules.files = bits(14);   // link and rename between folders
  if (version >= 3) rules.files = bits(15);   // truncate
  if (version >= 5) rules.files = bits(16);   // control devices
  if (version >= 4) rules.network = bits(1);  // bind TCP ports
  if (version >= 6) rules.scoped = bits(2);   // abstract Unix sockets, signals
  return rules;
}

Result<void> allow_reading(const Fd& ruleset, const std::filesystem::path& folder) {
  const Fd parent(::open(folder.c_str(), O_PATH | O_CLOEXEC));
  if (!parent.valid()) return {};
  const landlock_path_beneath_attr rule{.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
                                        .parent_fd = parent.get()};
  if (::syscall(SYS_landlock_add_rule, ruleset.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) {
    return fail_errno(errno, "cannot allow reading below " + folder.string());
  }
  return {};
}

}  // namespace

Result<void> restrict_files(const std::vector<std::filesystem::path>& readable) {
  const auto version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  // A container's filter that does not know the call answers with EPERM or ENOSYS.
  if (version < 1) {
    return base::fail(base::ErrorCode::kUnsupported, base::Fault::kOperator,
                      "the kernel or the container has no Landlock");
  }
  const auto rules = everything(version);
  const Fd ruleset(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0)));
  if (!ruleset.valid()) return fail_errno(errno, "cannot make a Landlock ruleset");
  for (const auto& folder : readable) BASE_CHECK(allow_reading(ruleset, folder));
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) {
    return fail_errno(errno, "cannot restrict what files can be reached");
  }
  return {};
}

}  // namespace gatehouse::sys
