#include "control/edge_session.h"

#include <cerrno>

#include <sys/socket.h>

#include "async/sleep.h"
#include "net/socket_address.h"

namespace gatehouse::control {

using async::Deadline;
using async::Task;
using base::Fault;
using base::Result;

namespace {

constexpr std::chrono::seconds kGreetingTimeMax{10};

// A Unix socket connects at once or not at all.
Result<sys::Fd> connect(const std::filesystem::path& path) {
  BASE_TRY(const auto address, net::SocketAddress::from_path(path.string()));
  sys::Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return base::fail_errno(errno, "cannot open a socket");
  if (::connect(socket.get(), address.native(), address.size()) != 0) {
    return base::fail_errno(errno, "cannot reach the edge at " + path.string());
  }
  return socket;
}

std::optional<sys::Process> find_process(std::int64_t pid, uid_t edge_uid) {
  auto process = sys::Process::open(static_cast<pid_t>(pid));
  if (!process || process->user() != edge_uid) return std::nullopt;
  return *std::move(process);
}

}  // namespace

Task<Result<std::unique_ptr<EdgeSession>>> EdgeSession::open(async::Loop& loop, std::filesystem::path socket_path,
                                                             ipc::Hello ours, uid_t edge_uid,
                                                             std::optional<sys::Process>& child) {
  BASE_CO_TRY(auto socket, connect(socket_path));
  std::unique_ptr<EdgeSession> session(new EdgeSession(loop, std::move(socket)));
  BASE_CO_CHECK(co_await session->greet(std::move(ours)));
  session->hold(child ? std::move(child) : find_process(session->hello_.pid, edge_uid));
  co_return session;
}

Task<Result<void>> EdgeSession::greet(ipc::Hello ours) {
  const auto deadline = loop_.deadline(kGreetingTimeMax);
  BASE_CO_CHECK(co_await channel_.send(ours.to_message(), deadline));
  BASE_CO_TRY(const auto first, co_await channel_.receive(deadline));
  BASE_CO_TRY(hello_, ipc::Hello::from(first));
  BASE_CO_TRY(auto second, co_await channel_.receive(deadline));
  BASE_CO_TRY(listeners_, ipc::Listeners::from(std::move(second)));
  co_return Result<void>();
}

void EdgeSession::hold(std::optional<sys::Process> process) {
  process_ = std::move(process);
  if (process_) process_watch_.emplace(loop_, process_->fd());
}

Task<bool> EdgeSession::ended(Deadline deadline) {
  if (process_) co_return co_await async::ProcessWait(*process_watch_, *process_, deadline);
  co_await async::sleep_until(loop_, deadline);
  co_return false;
}

void EdgeSession::signal(int number) const {
  if (process_) process_->signal(number);
}

std::string EdgeSession::reap() { return process_ ? process_->reap() : std::string(); }

}  // namespace gatehouse::control
