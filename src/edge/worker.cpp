#include "edge/worker.h"

#include <pthread.h>

#include "async/sleep.h"
#include "net/datagram.h"

namespace gatehouse::edge {

using async::Task;

namespace {

constexpr std::chrono::milliseconds kAcceptPause{50};  // when the process has run out of descriptors

}  // namespace

Worker::Worker(async::Offload& offload, net::Resolver names, base::Log& log, AccessLogWriter& access_log,
               Telemetry& telemetry)
    : resolver_(names),
      backends_(loop_, resolver_, buffers_),
      telemetry_(telemetry, loop_),
      background_(loop_),
      services_{loop_, offload, log, backends_, buffers_, date_, telemetry_, background_},
      state_{.services = services_, .counters = counters_, .access_log = access_log, .runtime = nullptr, .open = {}},
      connections_(loop_),
      duties_(loop_),
      thread_([this] {
        ::pthread_setname_np(::pthread_self(), "edge-worker");
        loop_.run();
        // Frames are given back to the thread that made them, and nothing runs after this.
        duties_.cancel();
        doors_.clear();
        udp_doors_.clear();
        connections_.cancel();
        background_.cancel();
      }) {}

Worker::~Worker() { loop_.stop(); }

void Worker::apply(std::shared_ptr<const Runtime> runtime) {
  loop_.post([this, runtime = std::move(runtime)]() mutable {
    if (const auto* edition = runtime->edition()) {
      telemetry_.tally.begin(edition->bounds, edition->fresh, edition->has_header_labels());
    }
    state_.runtime = std::move(runtime);
  });
}

void Worker::listen(std::string entry_point, sys::Fd socket) {
  loop_.post([this, entry_point = std::move(entry_point), socket = std::move(socket)]() mutable {
    if (net::is_datagram_socket(socket.get())) {
      udp_doors_[entry_point].push_back(
          std::make_unique<UdpDoor>(state_, entry_point, std::move(socket), connections_));
      return;
    }
    auto& door = doors_[entry_point].emplace_back(std::make_unique<Door>(loop_, std::move(socket)));
    door->tasks.spawn(accept_loop(entry_point, door->listener));
  });
}

void Worker::stop_listening(std::string entry_point) {
  loop_.post([this, entry_point = std::move(entry_point)] {
    doors_.erase(entry_point);
    udp_doors_.erase(entry_point);
  });
}

Task<void> Worker::accept_loop(std::string entry_point, net::Listener& listener) {
  for (;;) {
    auto accepted = co_await listener.accept();
    if (!accepted) {
      services_.log.warn("entry point {}: {}", entry_point, accepted.error().message);
      co_await async::sleep(loop_, kAcceptPause);
      continue;
    }
    connections_.spawn(serve_connection(state_, entry_point, *std::move(accepted)));
  }
}

void Worker::drain(async::Duration grace, std::move_only_function<void()> done) {
  loop_.post([this, grace, done = std::move(done)]() mutable {
    doors_.clear();
    udp_doors_.clear();
    state_.draining = true;
    duties_.spawn(drain_connections(grace, std::move(done)));
  });
}

Task<void> Worker::drain_connections(async::Duration grace, std::move_only_function<void()> done) {
  state_.open.for_each([](OpenConnection& connection) { connection.end_if_idle(); });
  if (!co_await connections_.join(async::Deadline::after(grace))) {
    services_.log.warn("{} connections are cut: their exchanges took longer than the grace", connections_.size());
    connections_.cancel();
  }
  done();
}

}  // namespace gatehouse::edge
