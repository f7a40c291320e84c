#include "acme/dns_hook.h"

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "async/process_wait.h"
#include "sys/process.h"

namespace gatehouse::acme {

using async::Deadline;
using async::Task;
using base::ErrorCode;
using base::Fault;
using base::Result;

namespace {

std::vector<std::string> own_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) variables.emplace_back(*variable);
  return variables;
}

// Ends the program when nobody waits for it any more.
class Running {
 public:
  explicit Running(sys::Process process) : process_(std::move(process)) {}
  ~Running() {
    if (is_reaped_) return;
    process_.signal(SIGKILL);
    process_.reap();
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  [[nodiscard]] const sys::Process& process() const { return process_; }
  std::string reap() {
    is_reaped_ = true;
    return process_.reap();
  }

 private:
  sys::Process process_;
  bool is_reaped_ = false;
};

}  // namespace

Task<Result<void>> DnsHook::add(std::string name, std::string value, Deadline deadline) {
  co_return co_await run("present", std::move(name), std::move(value), deadline);
}

Task<Result<void>> DnsHook::remove(std::string name, std::string value, Deadline deadline) {
  co_return co_await run("cleanup", std::move(name), std::move(value), deadline);
}

Task<Result<void>> DnsHook::run(std::string verb, std::string name, std::string value, Deadline deadline) {
  // By way of a shell: a script cannot be started by its descriptor alone. The words are arguments, not its text.
  const sys::Fd shell(::open("/bin/sh", O_PATH | O_CLOEXEC));
  if (!shell.valid()) co_return base::fail_errno(errno, "opening /bin/sh", Fault::kOperator);
  auto process =
      sys::Process::spawn({.executable = shell,
                           .arguments = {"sh", "-c", "exec \"$0\" \"$@\"", program_, verb, name + ".", value},
                           .environment = own_environment(),
                           .user = std::nullopt});
  if (!process) co_return base::fail(std::move(process).error());
  Running running(*std::move(process));
  async::Watch watch(loop_, running.process().fd());
  const auto until = deadline.or_earlier(Deadline::after(kRunTimeMax));
  if (!co_await async::ProcessWait(watch, running.process(), until)) {
    co_return base::fail(ErrorCode::kTimeout, Fault::kOperator,
                         fmt::format("{} {} {}: it was ended since it did not end in time", program_, verb, name));
  }
  const auto end = running.reap();
  if (end == "exit code 0") co_return Result<void>();
  co_return base::fail(ErrorCode::kRefused, Fault::kOperator,
                       fmt::format("{} {} {}: {}; see what it says in the log", program_, verb, name, end));
}

}  // namespace gatehouse::acme
