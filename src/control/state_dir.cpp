#include "control/state_dir.h"

#include <cerrno>
#include <chrono>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "sys/file.h"

namespace gatehouse::control {

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr mode_t kFolderMode = 0700;
constexpr mode_t kFileMode = 0600;
// The kernel lets go of a killed process's lock a moment after its death is known.
constexpr std::chrono::milliseconds kLockPatience{500};
constexpr std::chrono::milliseconds kLockPause{10};

// A lock of the open file, not of the process: nobody else's close() gives it up.
bool lock(const sys::Fd& file) {
  struct flock whole_file{.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0, .l_pid = 0};
  const auto end = std::chrono::steady_clock::now() + kLockPatience;
  while (::fcntl(file.get(), F_OFD_SETLK, &whole_file) != 0) {
    if (errno != EAGAIN || std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(kLockPause);
  }
  return true;
}

Result<sys::Fd> take_lock(const std::filesystem::path& folder) {
  const auto path = folder / "lock";
  sys::Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kFileMode));
  if (!file.valid()) return base::fail_errno(errno, "cannot open " + path.string(), Fault::kOperator);
  if (!lock(file)) {
    const auto holder = sys::read_file(path).value_or("");
    return fail(ErrorCode::kConflict, Fault::kOperator,
                fmt::format("the state directory {} is in use by process {}: stop that one, or give this one a "
                            "directory of its own with --gatehouse.statedir",
                            folder.string(), base::trim(holder)));
  }
  const auto pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(file.get(), 0) != 0 || ::pwrite(file.get(), pid.data(), pid.size(), 0) < 0) {
    return base::fail_errno(errno, "cannot write " + path.string(), Fault::kOperator);
  }
  return file;
}

// The edge's socket has its name in the address, whose room is small.
Result<void> check_socket_path(const std::filesystem::path& run) {
  constexpr std::size_t kNameBytes = std::string_view("/edge.sock.new").size();
  constexpr std::size_t kPathBytesMax = sizeof(sockaddr_un::sun_path) - 1;
  if (run.native().size() + kNameBytes <= kPathBytesMax) return {};
  return fail(
      ErrorCode::kInvalid, Fault::kOperator,
      fmt::format("the folder {} is too long a path for a Unix socket, which may have {} bytes: choose a shorter "
                  "one with --gatehouse.rundir",
                  run.string(), kPathBytesMax - kNameBytes));
}

}  // namespace

Result<StateDir> StateDir::open(const std::filesystem::path& path, const std::filesystem::path& run_dir) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  const auto run = run_dir.empty() ? absolute / "run" : std::filesystem::absolute(run_dir, error);
  BASE_CHECK(check_socket_path(run));
  constexpr std::string_view kNextStep = " (choose another with --gatehouse.statedir)";
  if (auto made = sys::make_folders(absolute, kFolderMode); !made) {
    made.error().message += kNextStep;
    return fail(std::move(made).error());
  }
  BASE_TRY(auto held, take_lock(absolute));
  StateDir state(absolute, run, std::move(held));
  for (const auto& folder : {run, state.authority(), state.providers(), adopted_of(absolute)}) {
    BASE_CHECK(sys::make_folders(folder, kFolderMode));
  }
  return state;
}

}  // namespace gatehouse::control
