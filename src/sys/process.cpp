#include "sys/process.h"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/parse_int.h"
#include "sys/file.h"
#include "sys/signals.h"

namespace gatehouse::sys {

using base::fail;
using base::fail_errno;
using base::Result;

namespace {

// glibc 2.36 declares it for C only.
int open_pid(pid_t pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

constexpr int kFirstPassed = 3;
constexpr int kCannotStart = 127;

// The child's half: no allocation, no locks, for other threads of the parent may have held some. Reports errno through
// the pipe, which closes itself on success.
class Child {
 public:
  Child(const Spawn& spawn, int report) : spawn_(spawn), report_(report) {
    for (const auto& argument : spawn.arguments) arguments_.push_back(const_cast<char*>(argument.c_str()));
    for (const auto& variable : spawn.environment) environment_.push_back(const_cast<char*>(variable.c_str()));
    arguments_.push_back(nullptr);
    environment_.push_back(nullptr);
    moved_.resize(spawn.descriptors.size());
  }

  [[noreturn]] void run() {
    if (start()) ::syscall(SYS_execveat, executable_, "", arguments_.data(), environment_.data(), AT_EMPTY_PATH);
    const int error = errno;
    [[maybe_unused]] const auto written = ::write(report_, &error, sizeof error);
    ::_exit(kCannotStart);
  }

 private:
  bool start() {
    const auto count = static_cast<int>(spawn_.descriptors.size());
    // Everything out of the way of the numbers that are given out below.
    const int base = kFirstPassed + count;
    report_ = ::fcntl(report_, F_DUPFD_CLOEXEC, base);
    executable_ = ::fcntl(spawn_.executable.get(), F_DUPFD_CLOEXEC, base);
    if (report_ < 0 || executable_ < 0) return false;
    if (spawn_.standard_error != STDERR_FILENO && ::dup2(spawn_.standard_error, STDERR_FILENO) < 0) return false;
    for (std::size_t i = 0; i < moved_.size(); ++i) {
      moved_[i] = ::fcntl(spawn_.descriptors[i], F_DUPFD_CLOEXEC, base);
      if (moved_[i] < 0) return false;
    }
    for (int i = 0; i < count; ++i) {
      if (::dup2(moved_[static_cast<std::size_t>(i)], kFirstPassed + i) < 0) return false;
    }
    if (::close_range(static_cast<unsigned>(base), ~0U, CLOSE_RANGE_CLOEXEC) != 0) return false;
    unblock_all_signals();
    ::signal(SIGPIPE, SIG_DFL);
    if (spawn_.user) return become(*spawn_.user);
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
  }

  const Spawn& spawn_;
  int report_;
  int executable_ = -1;
  std::vector<char*> arguments_;
  std::vector<char*> environment_;
  std::vector<int> moved_;
};

}  // namespace

Result<Process> Process::spawn(const Spawn& spawn) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail_errno(errno, "cannot open a pipe");
  const Fd report_in(ends[0]);
  Fd report_out(ends[1]);
  Child child(spawn, report_out.get());
  const pid_t pid = ::fork();
  if (pid < 0) return fail_errno(errno, "cannot start a process");
  if (pid == 0) child.run();
  report_out.close();

  int error = 0;
  ssize_t count = 0;
  while ((count = ::read(report_in.get(), &error, sizeof error)) < 0 && errno == EINTR) {
  }
  if (count != 0) {
    ::waitpid(pid, nullptr, 0);
    return fail_errno(error, "cannot start " + spawn.arguments.front());
  }
  Fd fd(open_pid(pid));
  if (!fd.valid()) return fail_errno(errno, "cannot watch a process");
  return Process(pid, std::move(fd), true);
}

Result<Process> Process::open(pid_t pid) {
  Fd fd(open_pid(pid));
  if (!fd.valid() && errno == ESRCH) {
    return fail(base::ErrorCode::kNotFound, base::Fault::kInternal, fmt::format("there is no process {}", pid));
  }
  if (!fd.valid()) return fail_errno(errno, fmt::format("cannot watch process {}", pid));
  return Process(pid, std::move(fd), false);
}

bool Process::has_ended() const {
  pollfd poll{.fd = fd_.get(), .events = POLLIN, .revents = 0};
  return ::poll(&poll, 1, 0) == 1;
}

Result<uid_t> Process::user() const {
  const auto status = read_file(fmt::format("/proc/{}/status", pid_));
  // Asked after the look: while the descriptor says that it lives, the number was its own.
  if (!status || has_ended()) {
    return fail(base::ErrorCode::kNotFound, base::Fault::kInternal, fmt::format("process {} has ended", pid_));
  }
  constexpr std::string_view kLabel = "\nUid:\t";  // real, effective, saved, of the file system
  const auto begin = status->find(kLabel);
  const auto ids =
      begin == std::string::npos ? std::string_view() : std::string_view(*status).substr(begin + kLabel.size());
  const auto uid = base::parse_int<uid_t>(ids.substr(0, ids.find('\t')));
  if (!uid)
    return fail(base::ErrorCode::kIo, base::Fault::kInternal, fmt::format("cannot tell whose process {} is", pid_));
  return *uid;
}

void Process::signal(int number) const { ::syscall(SYS_pidfd_send_signal, fd_.get(), number, nullptr, 0); }

std::string Process::reap() {
  siginfo_t info{};
  if (!is_child_ || ::waitid(P_PIDFD, static_cast<id_t>(fd_.get()), &info, WEXITED | WNOHANG) != 0 ||
      info.si_pid == 0) {
    return {};
  }
  if (info.si_code == CLD_EXITED) return fmt::format("exit code {}", info.si_status);
  return fmt::format("signal {} ({})", info.si_status, ::strsignal(info.si_status));
}

}  // namespace gatehouse::sys
