#include "edge/sandbox.h"

#include <algorithm>
#include <ctime>
#include <string_view>

#include <unistd.h>

#include "sys/call_filter.h"
#include "sys/landlock.h"
#include "sys/privileges.h"
#include "tls/system_files.h"

namespace gatehouse::edge {

namespace {

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// Of the machine's memory: the rest is for those whom the edge serves. Threads' stacks alone take some.
constexpr std::uint64_t kMemoryNumerator = 3;
constexpr std::uint64_t kMemoryDenominator = 4;
constexpr std::uint64_t kMemoryBytesMin = 512U << 20;

// What the system's resolver reads, and where its libraries are; /run for programs that manage /etc/resolv.conf.
constexpr const char* kFoldersOfNames[] = {
    "/etc", "/usr", "/lib", "/lib64", "/run/resolvconf", "/run/systemd/resolve", "/run/NetworkManager"};

std::uint64_t memory_limit() {
  return std::max(sys::machine_memory_bytes() / kMemoryDenominator * kMemoryNumerator, kMemoryBytesMin);
}

void tell(base::Log& log, std::string_view without, const base::Result<void>& step) {
  if (!step) log.error("the edge runs without {}: {}", without, step.error().message);
}

// Without words: the edge tells what the system does not have, and it is the same system.
void confine_names() {
  if (!sys::give_up_capabilities()) ::_exit(1);
  if (kSanitized) return;
  static_cast<void>(sys::forbid_inspection());
  static_cast<void>(sys::restrict_files({std::begin(kFoldersOfNames), std::end(kFoldersOfNames)}));
  static_cast<void>(sys::filter_calls(sys::Calls::kLookingUpNames));
}

}  // namespace

std::optional<net::NameProcess> start_name_process(base::Log& log) {
  auto process = net::NameProcess::start(confine_names);
  if (process) return *std::move(process);
  log.error("no names of backends can be resolved: {}", process.error().message);
  return std::nullopt;
}

void read_what_is_needed_later() {
  ::tzset();
  tls::read_system_files();
}

void confine_process(base::Log& log) {
  tell(log, "giving up its privileges", sys::give_up_capabilities());
  if (kSanitized) {
    log.warn("the edge runs without a sandbox: this build has sanitizers");
    return;
  }
  tell(log, "Landlock", sys::restrict_files({}));
  tell(log, "protection of its memory", sys::forbid_inspection());
  tell(log, "limits", sys::limit_resources(memory_limit()));
}

void confine_calls(base::Log& log) {
  if (kSanitized) return;
  tell(log, "a filter of system calls", sys::filter_calls(sys::Calls::kServing));
}

}  // namespace gatehouse::edge
