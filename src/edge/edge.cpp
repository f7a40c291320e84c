#include "edge/edge.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "async/group.h"
#include "async/race.h"
#include "async/signal_wait.h"
#include "edge/access_log_writer.h"
#include "edge/backends/health_checks.h"
#include "edge/lasting.h"
#include "edge/runtime.h"
#include "edge/sandbox.h"
#include "edge/worker.h"
#include "ipc/messages.h"
#include "net/listener.h"
#include "net/name_process.h"
#include "net/resolver.h"
#include "observe/trace_exporter.h"

namespace gatehouse::edge {

using async::Deadline;
using async::Task;
using base::Result;

namespace {

constexpr unsigned kOffloadThreads = 2;
constexpr std::chrono::seconds kSendTimeMax{10};
constexpr std::chrono::seconds kFlushTimeMax{3};  // of the last spans
constexpr std::chrono::seconds kSignalGrace{10};  // control gives its own with Drain

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

sys::Fd duplicate(const sys::Fd& fd) { return sys::Fd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0)); }

class Edge {
 public:
  // What was got from the system before it was out of reach.
  struct Provisions {
    sys::ProcessUsage usage;
    std::optional<net::NameProcess> names;
  };

  Edge(EdgeOptions options, Provisions provisions, base::Log& log)
      : options_(std::move(options)),
        log_(log),
        name_process_(std::move(provisions.names)),
        signals_({SIGTERM, SIGINT}),
        signal_watch_(loop_, signals_.fd()),
        offload_(kOffloadThreads),
        names_(offload_, name_process_ ? &*name_process_ : nullptr),
        telemetry_(std::move(provisions.usage)),
        control_(loop_, std::move(options_.control_listener)),
        context_{.host_name = host_name(),
                 .lasting = lasting_,
                 .program = {.version = options_.version, .started = std::chrono::system_clock::now()},
                 .subjects = &telemetry_.subjects},
        health_checks_(loop_, offload_, names_, log_),
        traces_(loop_, names_, telemetry_.spans, log_),
        drained_(loop_),
        tasks_(loop_) {
    for (unsigned i = 0; i < options_.workers; ++i) {
      workers_.push_back(std::make_unique<Worker>(offload_, names_, log_, access_log_, telemetry_));
    }
  }

  int run() {
    loop_.run(main());
    log_.info("the edge has ended");
    return 0;
  }

 private:
  Task<void> main() {
    tasks_.spawn(serve_controls());
    tasks_.spawn(obey_signals());
    while (!drained_.is_set()) [[maybe_unused]]
      const bool set = co_await drained_.wait(Deadline::never());
    tasks_.cancel();
    workers_.clear();
    co_await traces_.flush(loop_.deadline(kFlushTimeMax));
  }

  Task<void> obey_signals() {
    for (;;) {
      const int number = co_await async::SignalWait(signal_watch_, signals_);
      log_.info("signal {}: draining", number);
      drain(kSignalGrace);
    }
  }

  // One control at a time: who connects anew takes over from the one before, which is gone or about to go.
  Task<void> serve_controls() {
    async::Group session(loop_);
    for (;;) {
      auto accepted = co_await control_.accept();
      if (!accepted) {
        log_.error("{}", accepted.error().message);
        co_return;
      }
      if (!is_control(accepted->socket)) {
        log_.warn("a process that is not control tried to take over the edge");
        continue;
      }
      session.cancel();
      session.spawn(serve_control(std::make_unique<ipc::Channel>(loop_, std::move(accepted->socket))));
    }
  }

  [[nodiscard]] bool is_control(const sys::Fd& socket) const {
    ucred peer{};
    socklen_t size = sizeof peer;
    return ::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == options_.control_uid;
  }

  Task<void> serve_control(std::unique_ptr<ipc::Channel> channel) {
    channel_ = channel.get();
    telemetry_.control_is_here = true;
    auto served = co_await converse(*channel);
    if (channel_ == channel.get()) {
      channel_ = nullptr;
      telemetry_.control_is_here = false;
    }
    if (!served) log_.info("control is gone, the edge serves on: {}", served.error().message);
  }

  Task<Result<void>> converse(ipc::Channel& channel) {
    const ipc::Hello hello{.role = "edge",
                           .version = options_.version,
                           .build = options_.build,
                           .pid = ::getpid(),
                           .snapshot_id = runtime_ ? runtime_->id() : 0};
    BASE_CO_CHECK(co_await channel.send(hello.to_message(), loop_.deadline(kSendTimeMax)));
    BASE_CO_CHECK(co_await channel.send(held_listeners().to_message(), loop_.deadline(kSendTimeMax)));
    BASE_CO_TRY(const auto first, co_await channel.receive(loop_.deadline(kSendTimeMax)));
    BASE_CO_TRY(const auto control, ipc::Hello::from(first));
    log_.debug("control is here: process {}, version {}", control.pid, control.version);
    for (;;) {
      BASE_CO_TRY(auto message, co_await channel.receive(Deadline::never()));
      BASE_CO_CHECK(co_await obey(channel, std::move(message)));
    }
  }

  Task<Result<void>> obey(ipc::Channel& channel, ipc::Message message) {
    switch (message.type) {
      case ipc::Type::kListeners:
        co_return listen(std::move(message));
      case ipc::Type::kStopListening:
        co_return stop_listening(message);
      case ipc::Type::kSnapshot:
        co_return co_await apply(channel, message);
      case ipc::Type::kAccessLogFile:
        co_return redirect_access_log(std::move(message));
      case ipc::Type::kControlFacts: {
        BASE_CO_TRY(auto facts, ipc::ControlFacts::from(message));
        telemetry_.control.store(std::make_shared<const ipc::ControlFacts>(std::move(facts)));
        co_return Result<void>();
      }
      case ipc::Type::kTerminating:
        telemetry_.terminating = true;
        co_return Result<void>();
      case ipc::Type::kDrain: {
        BASE_CO_TRY(const auto order, ipc::Drain::from(message));
        drain(std::chrono::milliseconds(order.grace_ms));
        co_return Result<void>();
      }
      case ipc::Type::kStatsRequest:
        co_return co_await channel.send(stats().to_message(), loop_.deadline(kSendTimeMax));
      default:
        co_return base::fail(base::ErrorCode::kInvalid, base::Fault::kInternal,
                             "control sent a message that is not for us");
    }
  }

  Result<void> listen(ipc::Message message) {
    BASE_TRY(auto listeners, ipc::Listeners::from(std::move(message)));
    for (auto& entry : listeners.entries) {
      auto& held = listeners_[entry.entry_point];
      for (auto& socket : entry.sockets) {
        workers_[held.size() % workers_.size()]->listen(entry.entry_point, duplicate(socket));
        held.push_back(std::move(socket));
      }
    }
    return {};
  }

  Result<void> stop_listening(const ipc::Message& message) {
    BASE_TRY(const auto order, ipc::StopListening::from(message));
    for (const auto& name : order.entry_points) {
      listeners_.erase(name);
      for (auto& worker : workers_) worker->stop_listening(name);
    }
    return {};
  }

  // Copies of the sockets, for a control that does not have them.
  ipc::Listeners held_listeners() {
    ipc::Listeners listeners;
    for (const auto& [name, sockets] : listeners_) {
      auto& entry = listeners.entries.emplace_back(name, std::vector<sys::Fd>());
      for (const auto& socket : sockets) entry.sockets.push_back(duplicate(socket));
    }
    return listeners;
  }

  Task<Result<void>> apply(ipc::Channel& channel, const ipc::Message& message) {
    ipc::SnapshotApplied applied;
    auto snapshot = model::decode(message.payload);
    telemetry_.configurations.fetch_add(1);
    telemetry_.last_configuration_served = snapshot.has_value();
    if (snapshot) {
      applied.id = snapshot->id;
      std::vector<Problem> problems;
      runtime_ = Runtime::compile(*snapshot, runtime_.get(), context_, problems);
      for (auto& worker : workers_) worker->apply(runtime_);
      health_checks_.watch(runtime_->health_targets());
      trace(*snapshot, problems);
      for (auto& problem : problems)
        applied.problems.push_back({std::move(problem.object), std::move(problem.message)});
    } else {
      applied.error = snapshot.error().message;
    }
    co_return co_await channel.send(applied.to_message(), loop_.deadline(kSendTimeMax));
  }

  void trace(const model::Snapshot& snapshot, std::vector<Problem>& problems) {
    observe::Resource resource;
    if (const auto& tracing = snapshot.tracing) {
      resource = {{"service.name", tracing->service_name},     {"service.version", options_.version},
                  {"host.name", context_.host_name},           {"os.type", "linux"},
                  {"telemetry.sdk.name", "gatehouse"},         {"telemetry.sdk.language", "cpp"},
                  {"telemetry.sdk.version", options_.version}, {"process.pid", std::to_string(::getpid())}};
      for (const auto& [key, value] : tracing->global_attributes) resource[key] = value;
      for (const auto& [key, value] : tracing->resource_attributes) resource[key] = value;
    }
    if (const auto configured = traces_.configure(snapshot.tracing, std::move(resource)); !configured) {
      problems.push_back({"tracing.otlp.http", configured.error().message});
    }
  }

  Result<void> redirect_access_log(ipc::Message message) {
    if (message.descriptors.size() != 1) {
      return base::fail(base::ErrorCode::kInvalid, base::Fault::kInternal, "an access log needs one descriptor");
    }
    access_log_.redirect(std::move(message.descriptors.front()));
    return {};
  }

  [[nodiscard]] ipc::Stats stats() const {
    ipc::Stats stats{.open_connections = 0, .requests = 0, .access_lines_dropped = access_log_.dropped()};
    for (const auto& worker : workers_) {
      stats.open_connections += worker->open_connections();
      stats.requests += worker->requests();
    }
    return stats;
  }

  void drain(async::Duration grace) {
    if (std::exchange(draining_, true)) return;
    telemetry_.terminating = true;
    listeners_.clear();
    for (auto& worker : workers_) {
      worker->drain(grace, [this] { loop_.post([this] { worker_drained(); }); });
    }
  }

  void worker_drained() {
    if (++drained_workers_ == workers_.size()) tasks_.spawn(say_drained());
  }

  Task<void> say_drained() {
    if (channel_ != nullptr) {
      [[maybe_unused]] const auto sent =
          co_await channel_->send(ipc::empty_message(ipc::Type::kDrained), loop_.deadline(kSendTimeMax));
    }
    drained_.set();
  }

  EdgeOptions options_;
  base::Log& log_;
  std::optional<net::NameProcess> name_process_;
  sys::Signals signals_;
  async::Loop loop_;
  async::Watch signal_watch_;
  async::Offload offload_;
  net::Resolver names_;
  AccessLogWriter access_log_;
  Telemetry telemetry_;
  Lasting lasting_;
  net::Listener control_;
  Runtime::Context context_;
  HealthChecks health_checks_;
  observe::TraceExporter traces_;
  std::shared_ptr<const Runtime> runtime_;
  std::map<std::string, std::vector<sys::Fd>> listeners_;  // by entry point; the workers have copies
  std::vector<std::unique_ptr<Worker>> workers_;
  ipc::Channel* channel_ = nullptr;  // to the control of now; owned by its task
  bool draining_ = false;
  std::size_t drained_workers_ = 0;
  async::Event drained_;
  async::Group tasks_;
};

}  // namespace

int run_edge(EdgeOptions options, base::Log& log) {
  auto names = start_name_process(log);
  Edge::Provisions provisions{.usage = {}, .names = std::move(names)};
  read_what_is_needed_later();
  confine_process(log);
  Edge edge(std::move(options), std::move(provisions), log);
  confine_calls(log);  // all threads run now
  return edge.run();
}

}  // namespace gatehouse::edge
