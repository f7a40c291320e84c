#include "control/daemon.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "async/race.h"
#include "async/sleep.h"
#include "control/status.h"
#include "discovery/docker_provider.h"
#include "discovery/file_provider.h"
#include "sys/executable.h"
#include "sys/file.h"
#include "sys/file_watch.h"

namespace gatehouse::control {

using async::Task;
using base::Fault;
using base::Result;

namespace {

constexpr std::chrono::seconds kDrainMargin{2};
constexpr std::chrono::milliseconds kSettleTime{20};  // several records make one reading
constexpr unsigned kOffloadThreads = 2;
constexpr std::chrono::seconds kFactsInterval{2};

unsigned workers_of(const model::StaticConfig& config) {
  if (config.gatehouse.workers > 0) return static_cast<unsigned>(config.gatehouse.workers);
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) == 0) return static_cast<unsigned>(CPU_COUNT(&allowed));
  return std::max(1U, std::thread::hardware_concurrency());
}

class FilesChanged final : public async::IoAwaiter<FilesChanged> {
 public:
  FilesChanged(async::Watch& watch, sys::FileWatch& files)
      : IoAwaiter(watch, async::Deadline::never()), files_(files) {}
  async::Step attempt() { return files_.drain() ? async::Step::done() : async::Step::want(async::Direction::kRead); }
  static void await_resume() {}

 private:
  sys::FileWatch& files_;
};

sys::Fd open_for_appending(const std::string& path) {
  constexpr mode_t kMode = 0640;
  return sys::Fd(path.empty() ? -1 : ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kMode));
}

// The longest of the entry points': the edge drains as a whole.
template <class Member>
std::chrono::milliseconds longest(const model::StaticConfig& config, Member member) {
  model::Duration result{};
  for (const auto& [name, entry_point] : config.entry_points) {
    result = std::max(result, entry_point.transport.life_cycle.*member);
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(result);
}

}  // namespace

Daemon::Daemon(async::Loop& loop, DaemonOptions options, sys::Signals& signals, base::Log& log)
    : loop_(loop),
      sources_(std::move(options.sources)),
      state_(std::move(options.state)),
      version_(std::move(options.version)),
      log_(log),
      signals_(signals),
      signal_watch_(loop, signals.fd()),
      store_(state_.providers()),
      claim_store_(state_.claims()),
      offload_(kOffloadThreads),
      names_(offload_),
      first_(std::move(options.configuration)),
      keeping_(loop),
      watching_(loop) {}

std::optional<sys::User> Daemon::edge_user() const {
  if (!sys::is_root()) {
    log_.warn("not started as root: the edge runs as the same user, and could do what control can");
    return std::nullopt;
  }
  const auto& wanted = first_->config.gatehouse.edge_user;
  constexpr const char* kFallback = "nobody";
  if (auto user = sys::find_user(wanted)) return *std::move(user);
  log_.warn("there is no user {}: the edge runs as {}; make one with: useradd --system --no-create-home {}", wanted,
            kFallback, wanted);
  auto user = sys::find_user(kFallback);
  return user ? std::optional(*std::move(user)) : std::nullopt;
}

EdgeSettings Daemon::edge_settings() const {
  const auto& config = first_->config;
  std::vector<std::string> arguments = {"--control-uid", std::to_string(::geteuid()), "--log-level", config.log.level};
  if (config.log.format == "json") arguments.emplace_back("--log-json");
  return {.socket_path = state_.edge_socket(),
          .user = edge_user(),
          .workers = workers_of(config),
          .arguments = std::move(arguments),
          .log_file = open_for_appending(config.log.file_path),
          .version = version_,
          .build = sys::build_id()};
}

// One that is broken must not keep the edge from serving; nor may it be replaced, for clients trust it.
Result<void> Daemon::open_authority() {
  auto opened = tls::LocalAuthority::open(state_.authority());
  if (!opened) {
    log_.error(
        "{}: put back what is missing, or move {} away to have another root made; until then private names have "
        "certificates that nobody trusts",
        opened.error().message, state_.authority().string());
    opened = tls::LocalAuthority::open(state_.temporary_authority());
  }
  BASE_TRY(authority_, std::move(opened));
  return {};
}

// One that is broken is put aside for the operator: whose container is the oldest claims anew.
void Daemon::open_claims() {
  auto loaded = claim_store_.load();
  if (loaded) {
    claims_ = *std::move(loaded);
    return;
  }
  auto aside = state_.claims();
  aside += ".broken";
  std::error_code ignored;
  std::filesystem::rename(state_.claims(), aside, ignored);
  log_.error("{}: it is {} now, and who has which host is found out anew", loaded.error().message, aside.string());
}

Result<void> Daemon::open_access_log(const model::StaticConfig& config) {
  if (!config.access_log || config.access_log->file_path.empty()) return {};
  const auto& path = config.access_log->file_path;
  auto file = open_for_appending(path);
  if (!file.valid()) return base::fail_errno(errno, "cannot open the access log " + path, Fault::kOperator);
  edge_->set_access_log(std::move(file));
  return {};
}

Result<void> Daemon::open_entry_points(const model::StaticConfig& config) {
  // An edge that runs has as many workers as it has sockets.
  const auto workers = sockets_.sockets_each() == 0 ? workers_of(config) : sockets_.sockets_each();
  BASE_TRY(auto changes, sockets_.reconcile(config.entry_points, workers));
  edge_->tell(std::move(changes));
  return {};
}

Daemon::Reign::Reign(Daemon& daemon, Configuration the_configuration)
    : configuration(std::move(the_configuration)),
      publisher({.loop = daemon.loop_,
                 .config = configuration.config,
                 .adopted = configuration.adopted,
                 .state_folder = daemon.state_.path(),
                 .authority = *daemon.authority_,
                 .store = daemon.store_,
                 .claims = daemon.claims_,
                 .claim_store = daemon.claim_store_,
                 .offload = daemon.offload_,
                 .names = daemon.names_,
                 .edge = *daemon.edge_,
                 .log = daemon.log_}),
      tasks(daemon.loop_) {
  const auto& providers = configuration.config.providers;
  if (providers.docker) publisher.expect("docker");
  if (providers.file) publisher.expect("file");
  if (!providers.docker && !configuration.adopted.empty()) publisher.provide("docker", {}, {});
  tasks.spawn(publisher.run());
  tasks.spawn(publisher.follow_files());
  if (providers.docker) {
    tasks.spawn(discovery::watch_docker(daemon.loop_, *providers.docker, daemon.claims_, publisher, daemon.log_));
  }
  if (providers.file) tasks.spawn(discovery::watch_files(daemon.loop_, *providers.file, publisher, daemon.log_));
}

void Daemon::start_reign(Configuration configuration) {
  for (const auto& notice : configuration.notices) log_.error("{}", notice);
  reign_.reset();  // its providers first
  reign_ = std::make_unique<Reign>(*this, std::move(configuration));
}

Task<Result<void>> Daemon::run() {
  BASE_CO_CHECK(open_authority());
  open_claims();
  edge_ = std::make_unique<EdgeKeeper>(loop_, edge_settings(), sockets_, log_);
  edge_->on_applied([this] { edge_applied(); });
  static_cast<void>(co_await edge_->take_over());
  BASE_CO_CHECK(open_access_log(first_->config));
  BASE_CO_CHECK(open_entry_points(first_->config));
  keeping_.spawn(edge_->keep());
  start_reign(*std::exchange(first_, std::nullopt));
  watching_.spawn(watch_adopted());
  watching_.spawn(tell_facts());
  for (;;) {
    const int number = co_await next_signal();
    if (number == SIGHUP) {
      reload();
    } else if (number == SIGUSR1) {
      reopen_logs();
    } else {
      log_.info("signal {}: ending", number);
      break;
    }
  }
  co_await stop();
  co_return Result<void>();
}

void Daemon::reload() {
  auto loaded = load_configuration(sources_);
  const auto opened = loaded ? open_entry_points(loaded->config) : base::fail(loaded.error());
  ++reloads_;
  if (!opened) {
    ++reload_failures_;
    log_.error("the configuration stays as it is: {}", opened.error().message);
    return;
  }
  if (const auto log = open_access_log(loaded->config); !log) log_.error("{}", log.error().message);
  start_reign(*std::move(loaded));
  log_.info("read the configuration again");
}

// What can wait until the edge serves.
void Daemon::edge_applied() {
  if (!reign_) return;
  auto& publisher = reign_->publisher;
  publisher.save_providers();
  constexpr mode_t kMode = 0600;
  auto problems = publisher.problems();
  problems["edge"] = edge_->problems();
  const auto text = encode(Status{.version = version_,
                                  .pid = ::getpid(),
                                  .edge_pid = edge_->edge_pid(),
                                  .snapshot_id = edge_->applied_id(),
                                  .local_root = authority_->root_path().string(),
                                  .snapshot = publisher.published(),
                                  .problems = problems,
                                  .certificates = publisher.certificates()});
  if (const auto written = sys::write_file_atomically(state_.status_file(), text, kMode); !written) {
    log_.warn("{}", written.error().message);
  }
}

Task<void> Daemon::watch_adopted() {
  sys::FileWatch files;
  async::Watch watch(loop_, files.fd());
  files.watch({StateDir::adopted_of(state_.path())});
  for (;;) {
    co_await FilesChanged(watch, files);
    co_await async::sleep(loop_, kSettleTime);
    files.drain();
    reload();
  }
}

// Looked at now and then instead of being told of each change: a scrape sees no more of it.
Task<void> Daemon::tell_facts() {
  for (;;) {
    const auto& publisher = reign_->publisher;
    ipc::ControlFacts facts{.reloads = reloads_,
                            .reload_failures = reload_failures_,
                            .edges_started = edge_->edges_started(),
                            .follows_engine = reign_->configuration.config.providers.docker.has_value(),
                            .engine_reached = publisher.has_reached("docker"),
                            .certificates = {}};
    for (const auto& state : publisher.certificates()) {
      const auto end = state.not_after ? std::chrono::system_clock::to_time_t(*state.not_after) : 0;
      facts.certificates.push_back({.name = state.names.empty() ? std::string() : state.names.front(),
                                    .source = state.source,
                                    .stage = std::string(to_string(state.stage)),
                                    .not_after = end,
                                    .problem = state.problem});
    }
    edge_->tell(std::move(facts));
    co_await async::sleep(loop_, kFactsInterval);
  }
}

void Daemon::reopen_logs() {
  log_.reopen();
  if (const auto log = open_access_log(reign_->configuration.config); !log) log_.error("{}", log.error().message);
}

Task<int> Daemon::next_signal() { co_return co_await async::SignalWait(signal_watch_, signals_); }

Task<void> Daemon::stop() {
  const auto config = reign_->configuration.config;
  watching_.cancel();
  reign_.reset();
  const auto accepting = longest(config, &model::LifeCycle::request_accept_grace_timeout);
  edge_->announce_end();
  if (accepting.count() > 0) co_await async::with_deadline(loop_, next_signal(), loop_.deadline(accepting));
  sockets_.close();
  const auto grace = longest(config, &model::LifeCycle::grace_time_out);
  edge_->drain(grace);
  const auto [ended, signal] =
      co_await async::first_of(keeping_.join(loop_.deadline(grace + kDrainMargin)), next_signal());
  if (ended.value_or(false)) co_return;
  log_.warn("{}: ending the edge by force", signal ? "another signal" : "the edge does not end in time");
  edge_->kill();
  static_cast<void>(co_await keeping_.join(loop_.deadline(kDrainMargin)));
}

}  // namespace gatehouse::control
