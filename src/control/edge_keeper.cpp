#include "control/edge_keeper.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iterator>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "async/race.h"
#include "net/listener.h"
#include "sys/executable.h"

namespace gatehouse::control {

using async::Deadline;
using async::Task;
using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::chrono::seconds kSendTimeMax{30};
constexpr std::chrono::milliseconds kPauseMin{100};  // before an edge that died is replaced
constexpr std::chrono::milliseconds kPauseMax{5'000};
constexpr std::chrono::seconds kHealthyLife{10};    // after which the pause begins anew
constexpr std::chrono::seconds kDeathPatience{1};   // a dying process closes its socket first
constexpr std::chrono::seconds kRetireGrace{3600};  // of an edge that another build has replaced: downloads may be long
constexpr std::chrono::seconds kRetireMargin{10};

// Where a new edge listens to control until it is known to work.
std::filesystem::path pending(std::filesystem::path path) { return path += ".new"; }

std::vector<std::string> edge_environment() {
  const char* zone = std::getenv("TZ");  // NOLINT(concurrency-mt-unsafe): nobody writes the environment
  if (zone == nullptr) return {};
  return {fmt::format("TZ={}", zone)};
}

}  // namespace

EdgeKeeper::EdgeKeeper(async::Loop& loop, EdgeSettings settings, EntrySockets& sockets, base::Log& log)
    : loop_(loop),
      settings_(std::move(settings)),
      sockets_(sockets),
      log_(log),
      changed_(loop),
      applied_(loop),
      draining_(loop),
      retiring_(loop) {}

ipc::Hello EdgeKeeper::hello() const {
  return {.role = "control",
          .version = settings_.version,
          .build = settings_.build,
          .pid = ::getpid(),
          .snapshot_id = last_id_};
}

uid_t EdgeKeeper::edge_uid() const { return settings_.user ? settings_.user->uid : ::geteuid(); }

std::optional<std::int64_t> EdgeKeeper::edge_pid() const {
  return session_ ? std::optional(session_->hello().pid) : std::nullopt;
}

// --- beginning

Task<Result<EdgeKeeper::Session>> EdgeKeeper::find_running() {
  std::optional<sys::Process> none;
  auto found = co_await EdgeSession::open(loop_, settings_.socket_path, hello(), edge_uid(), none);
  // A control that was killed while it started an edge has left it here.
  auto unfinished = co_await EdgeSession::open(loop_, pending(settings_.socket_path), hello(), edge_uid(), none);
  if (!unfinished) co_return found;
  if (found) {
    retiring_.spawn(retire(*std::move(unfinished)));
    co_return found;
  }
  if (::rename(pending(settings_.socket_path).c_str(), settings_.socket_path.c_str()) != 0) {
    co_return base::fail_errno(errno, "cannot rename " + pending(settings_.socket_path).string());
  }
  co_return unfinished;
}

Task<bool> EdgeKeeper::take_over() {
  auto found = co_await find_running();
  if (!found) {
    const auto code = found.error().code;
    if (code != ErrorCode::kNotFound && code != ErrorCode::kRefused) log_.warn("{}", found.error().message);
    co_return false;
  }
  auto session = *std::move(found);
  auto listeners = session->take_listeners();
  last_id_ = session->hello().snapshot_id;
  if (last_id_ != 0 && listeners.entries.empty()) {
    log_.info("an edge (process {}) is draining: leaving it alone", session->hello().pid);
    retiring_.spawn(retire(std::move(session)));
    co_return false;
  }
  log_.info("taking over the running edge, process {}", session->hello().pid);
  sockets_.adopt(std::move(listeners));
  sent_id_ = last_id_;
  session_ = std::move(session);
  co_return true;
}

Task<Result<EdgeKeeper::Session>> EdgeKeeper::start() {
  const auto path = pending(settings_.socket_path);
  constexpr mode_t kOwnerOnly = 0600;
  BASE_CO_TRY(auto listener, net::open_unix_listener(path.string(), kOwnerOnly));
  BASE_CO_TRY(const auto executable, sys::open_executable());
  // Sockets that are there already decide how many workers share them.
  const auto workers = sockets_.sockets_each() == 0 ? settings_.workers : sockets_.sockets_each();
  std::vector<std::string> arguments = {"gatehouse", "edge", "--control-fd", "3", "--workers", std::to_string(workers)};
  arguments.insert(arguments.end(), settings_.arguments.begin(), settings_.arguments.end());
  const int log_fd = settings_.log_file.valid() ? settings_.log_file.get() : STDERR_FILENO;
  BASE_CO_TRY(auto process, sys::Process::spawn({.executable = executable,
                                                 .arguments = std::move(arguments),
                                                 .environment = edge_environment(),
                                                 .descriptors = {listener.get()},
                                                 .standard_error = log_fd,
                                                 .user = settings_.user}));
  listener.close();  // so that we are told when the child dies early
  std::optional<sys::Process> child = std::move(process);
  auto session = co_await EdgeSession::open(loop_, path, hello(), edge_uid(), child);
  if (!session) {
    child->signal(SIGKILL);
    async::Watch watch(loop_, child->fd());
    static_cast<void>(co_await async::ProcessWait(watch, *child, loop_.deadline(kDeathPatience)));
    co_return fail(std::move(session).error().within("the edge does not start, " + child->reap()));
  }
  if (::rename(path.c_str(), settings_.socket_path.c_str()) != 0) {
    co_return base::fail_errno(errno, "cannot rename " + path.string());
  }
  ++edges_started_;
  log_.info("started the edge, process {}", (*session)->hello().pid);
  co_return session;
}

// What an edge that has nothing needs.
void EdgeKeeper::owe_everything() {
  snapshot_sent_ = false;
  sent_id_ = 0;
  access_log_sent_ = false;
  announcement_sent_ = false;
  facts_sent_ = false;
  changes_ = {.gone = {}, .fresh = sockets_.copies()};
}

Task<void> EdgeKeeper::start_anew() {
  auto started = co_await start();
  if (!started) {
    log_.error("{}", started.error().message);
    co_return;
  }
  session_ = *std::move(started);
  owe_everything();
}

Task<void> EdgeKeeper::replace_other_build() {
  if (session_->hello().build == settings_.build) co_return;
  log_.info("the running edge is of another build: replacing it");
  auto started = co_await start();
  if (!started) {
    log_.error("{}; the running one stays", started.error().message);
    co_return;
  }
  old_ = std::exchange(session_, *std::move(started));
  owe_everything();
}

// --- keeping

Task<void> EdgeKeeper::keep() {
  if (session_) co_await replace_other_build();
  auto pause = kPauseMin;
  while (!drain_grace_) {
    if (!session_) co_await start_anew();
    const auto begun = loop_.now();
    if (session_) {
      const auto pid = session_->hello().pid;
      const auto end = co_await serve(*session_);
      session_.reset();
      if (drain_grace_) break;
      log_.error("the edge, process {}, has ended ({}): {}", pid, end,
                 old_ ? "the one before it serves on" : "starting another");
      if (old_) {
        session_ = std::move(old_);
        snapshot_sent_ = false;
      }
    }
    if (loop_.now() - begun > kHealthyLife) pause = kPauseMin;
    // A signal to end may be for both processes, and the edge may have been the first to obey.
    static_cast<void>(co_await draining_.wait(loop_.deadline(pause)));
    pause = std::min(pause * 2, kPauseMax);
  }
  if (old_) retiring_.spawn(retire(std::move(old_)));
  static_cast<void>(co_await retiring_.join(Deadline::never()));
}

// Serves until the edge has ended, and says how it did.
Task<std::string> EdgeKeeper::serve(EdgeSession& session) {
  auto [talked, ended] = co_await async::first_of(converse(session), session.ended(Deadline::never()));
  if (!ended && drain_grace_) {
    static_cast<void>(co_await session.ended(Deadline::never()));  // who drains it kills it in the end
  } else if (!ended && !co_await session.ended(loop_.deadline(kDeathPatience))) {
    session.signal(SIGTERM);
    co_return talked->error().message;
  }
  const auto end = session.reap();
  co_return end.empty() ? "not our child" : end;
}

Task<Result<void>> EdgeKeeper::converse(EdgeSession& session) {
  auto [sent, heard] = co_await async::first_of(send_news(session), hear(session));
  co_return sent ? *sent : *heard;
}

Task<void> EdgeKeeper::retire(Session session) {
  const ipc::Drain order{.grace_ms = std::chrono::milliseconds(kRetireGrace).count()};
  const auto sent = co_await session->channel().send(order.to_message(), loop_.deadline(kSendTimeMax));
  if (!sent) session->signal(SIGTERM);
  auto patience = loop_.deadline(kRetireGrace + kRetireMargin);
  const auto [ended, draining] = co_await async::first_of(session->ended(patience), wait_for_drain());
  if (draining) patience = loop_.deadline(*drain_grace_);
  if (!ended.value_or(false) && !co_await session->ended(patience)) session->signal(SIGKILL);
  log_.info("the edge that was replaced, process {}, has ended: {}", session->hello().pid, session->reap());
}

Task<void> EdgeKeeper::wait_for_drain() { static_cast<void>(co_await draining_.wait(Deadline::never())); }

// --- telling

void EdgeKeeper::publish(model::Snapshot snapshot) {
  snapshot.id = last_id_ + 1;
  auto encoded = model::encode(snapshot);
  if (encoded.size() > model::kSnapshotBytesMax) {
    log_.error("the configuration takes {} bytes, more than the {} that an edge takes: the last one stays",
               encoded.size(), model::kSnapshotBytesMax);
    return;
  }
  last_id_ = snapshot.id;
  snapshot_ = std::move(encoded);
  snapshot_sent_ = false;
  changed_.set();
}

void EdgeKeeper::tell(EntrySockets::Changes changes) {
  std::erase_if(changes_.fresh.entries,
                [&](const auto& entry) { return std::ranges::count(changes.gone, entry.entry_point) != 0; });
  if (!changes.fresh.entries.empty()) listen_from_ = last_id_ + 1;
  std::ranges::move(changes.gone, std::back_inserter(changes_.gone));
  std::ranges::move(changes.fresh.entries, std::back_inserter(changes_.fresh.entries));
  changed_.set();
}

Task<Result<void>> EdgeKeeper::applied(Deadline deadline) {
  const auto id = last_id_;
  while (applied_id_ < id) {
    if (!co_await applied_.wait(deadline)) {
      co_return fail(ErrorCode::kTimeout, Fault::kInternal, "the edge does not take the configuration in time");
    }
  }
  co_return Result<void>();
}

void EdgeKeeper::set_access_log(sys::Fd file) {
  access_log_ = std::move(file);
  access_log_sent_ = false;
  changed_.set();
}

void EdgeKeeper::tell(ipc::ControlFacts facts) {
  if (facts == facts_) return;
  facts_ = std::move(facts);
  facts_sent_ = false;
  changed_.set();
}

void EdgeKeeper::announce_end() {
  end_announced_ = true;
  changed_.set();
}

void EdgeKeeper::drain(std::chrono::milliseconds grace) {
  drain_grace_ = grace;
  draining_.set();
  changed_.set();
}

void EdgeKeeper::kill() {
  if (session_) session_->signal(SIGKILL);
}

Task<Result<void>> EdgeKeeper::send_news(EdgeSession& session) {
  for (;;) {
    changed_.reset();
    BASE_CO_TRY(const bool sent, co_await send_next(session));
    if (!sent) static_cast<void>(co_await changed_.wait(Deadline::never()));
  }
}

// One message, the most urgent first; false when the edge knows it all.
Task<Result<bool>> EdgeKeeper::send_next(EdgeSession& session) {
  std::optional<ipc::Message> message;
  if (drain_grace_) {
    if (!std::exchange(drain_sent_, true)) message = ipc::Drain{.grace_ms = drain_grace_->count()}.to_message();
  } else if (end_announced_ && !announcement_sent_) {
    message = ipc::empty_message(ipc::Type::kTerminating);
    announcement_sent_ = true;
  } else if (!changes_.gone.empty()) {
    message = ipc::StopListening{.entry_points = std::exchange(changes_.gone, {})}.to_message();
  } else if (!access_log_sent_ && access_log_.valid()) {
    message = ipc::access_log_message(sys::Fd(::fcntl(access_log_.get(), F_DUPFD_CLOEXEC, 0)));
    access_log_sent_ = true;
  } else if (!snapshot_sent_ && !snapshot_.empty()) {
    message = ipc::snapshot_message(snapshot_);
    snapshot_sent_ = true;
    sent_id_ = last_id_;
  } else if (sent_id_ >= listen_from_ && !changes_.fresh.entries.empty()) {
    message = std::exchange(changes_.fresh, {}).to_message();
  } else if (sent_id_ >= listen_from_ && old_ && !asked_) {
    message = ipc::empty_message(ipc::Type::kStatsRequest);  // the answer comes after all before it is done
    asked_ = true;
  } else if (!std::exchange(facts_sent_, true)) {
    message = facts_.to_message();
  }
  if (!message) co_return false;
  BASE_CO_CHECK(co_await session.channel().send(*std::move(message), loop_.deadline(kSendTimeMax)));
  co_return true;
}

// --- hearing

Task<Result<void>> EdgeKeeper::hear(EdgeSession& session) {
  for (;;) {
    BASE_CO_TRY(const auto message, co_await session.channel().receive(Deadline::never()));
    switch (message.type) {
      case ipc::Type::kSnapshotApplied: {
        BASE_CO_TRY(const auto applied, ipc::SnapshotApplied::from(message));
        heard_applied(applied);
        break;
      }
      case ipc::Type::kStats:
        if (old_) retiring_.spawn(retire(std::move(old_)));
        break;
      case ipc::Type::kDrained:
        break;  // its end follows
      default:
        co_return fail(ErrorCode::kInvalid, Fault::kInternal, "the edge sent a message that is not for control");
    }
  }
}

void EdgeKeeper::heard_applied(const ipc::SnapshotApplied& applied) {
  if (!applied.error.empty()) log_.error("the edge refuses the configuration: {}", applied.error);
  std::set<std::string> problems;
  for (const auto& problem : applied.problems) {
    auto line = fmt::format("{}: {}", problem.object, problem.message);
    if (!told_problems_.contains(line)) log_.error("{}", line);
    problems.insert(std::move(line));
  }
  told_problems_ = std::move(problems);
  applied_id_ = std::max(applied_id_, applied.id);
  applied_.pulse();
  if (on_applied_) on_applied_();
}

}  // namespace gatehouse::control
