#include "edge/stream/udp_door.h"

#include <array>
#include <chrono>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sys/socket.h>

#include "async/sleep.h"
#include "edge/runtime.h"
#include "edge/stream/udp_service.h"
#include "net/datagram.h"

namespace gatehouse::edge {

using async::Deadline;
using async::Instant;
using async::Task;
using base::Result;

namespace {

constexpr std::chrono::seconds kResolveTimeMax{5};
constexpr std::chrono::milliseconds kErrorPause{50};
// Then the others of this worker are served, whatever arrives.
constexpr int kDatagramsAtOnce = 64;

Task<Result<sys::Fd>> open(WorkerServices& worker, UdpServicePtr service) {
  const auto server = service->next();
  if (!server) {
    co_return base::fail(base::ErrorCode::kUnavailable, base::Fault::kBackend, "the service has no server");
  }
  BASE_CO_TRY(const auto addresses, co_await worker.backends.resolve(*server, worker.loop.deadline(kResolveTimeMax)));
  co_return net::connect_datagram(addresses.front());
}

}  // namespace

struct UdpDoor::Client {
  base::IpAddress address;
  std::uint16_t port = 0;

  bool operator==(const Client&) const = default;
  struct Hash {
    std::size_t operator()(const Client& client) const {
      return std::hash<base::IpAddress>{}(client.address) * 31 + client.port;
    }
  };
};

struct UdpDoor::Session {
  net::SocketAddress peer;
  async::Duration idle_max{};
  Instant moved;
  UdpServicePtr service;
  sys::Fd socket;  // none: the server is being resolved
  std::vector<std::string> waiting;

  void pass(std::string_view datagram) {
    if (socket.valid()) {
      ::send(socket.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL);
    } else if (waiting.size() < kUdpWaitingMax) {
      waiting.emplace_back(datagram);
    }
  }
};

struct UdpDoor::Shared {
  Shared(WorkerState& worker_state, std::string name, sys::Fd listening)
      : worker(worker_state),
        entry_point(std::move(name)),
        socket(std::move(listening)),
        watch(worker.services.loop, socket.get()) {}

  WorkerState& worker;
  std::string entry_point;
  sys::Fd socket;
  async::Watch watch;
  std::unordered_map<Client, Session*, Client::Hash> sessions;  // owned by their tasks
  std::array<char, net::kDatagramBytesMax> buffer{};            // of whoever receives now: used up before the next wait

  // Null: there is nobody for it, or are too many.
  std::unique_ptr<Session> begin(const net::SocketAddress& peer) {
    const auto* config = worker.runtime ? worker.runtime->entry_point(entry_point) : nullptr;
    if (config == nullptr || !config->udp_service || sessions.size() >= kUdpSessionsMax) return nullptr;
    auto session = std::make_unique<Session>();
    session->peer = peer;
    session->idle_max = config->config.udp.timeout;
    session->service = config->udp_service;
    return session;
  }
};

UdpDoor::UdpDoor(WorkerState& worker, std::string entry_point, sys::Fd socket, async::Group& sessions)
    : receiver_(worker.services.loop) {
  receiver_.spawn(receive(std::make_shared<Shared>(worker, std::move(entry_point), std::move(socket)), sessions));
}

UdpDoor::~UdpDoor() = default;

Task<void> UdpDoor::receive(std::shared_ptr<Shared> shared, async::Group& sessions) {
  auto& loop = shared->worker.services.loop;
  for (int count = 1;; ++count) {
    if (count % kDatagramsAtOnce == 0) co_await async::Yield(loop);
    const auto datagram = co_await net::ReceiveDatagram(shared->watch, shared->buffer, Deadline::never());
    if (!datagram) {
      shared->worker.services.log.debug("entry point {}: {}", shared->entry_point, datagram.error().message);
      co_await async::sleep(loop, kErrorPause);
      continue;
    }
    const std::string_view content(shared->buffer.data(), datagram->size);
    const Client client{.address = datagram->peer.ip_address(), .port = datagram->peer.port()};
    const auto known = shared->sessions.find(client);
    if (known != shared->sessions.end()) {
      known->second->moved = loop.now();
      known->second->pass(content);
    } else if (auto session = shared->begin(datagram->peer)) {
      session->moved = loop.now();
      session->pass(content);
      shared->sessions.emplace(client, session.get());
      sessions.spawn(carry(shared, std::move(session)));
    }
  }
}

Task<void> UdpDoor::carry(std::shared_ptr<Shared> shared, std::unique_ptr<Session> session) {
  // Its place is given back however it ends.
  const auto forget = [&shared](const Session* ended) {
    shared->sessions.erase({.address = ended->peer.ip_address(), .port = ended->peer.port()});
  };
  const std::unique_ptr<const Session, decltype(forget)> place(session.get(), forget);
  auto& loop = shared->worker.services.loop;
  auto socket = co_await open(shared->worker.services, std::exchange(session->service, nullptr));
  if (!socket) {
    shared->worker.services.log.debug("{}: entry point {}: {}", session->peer.to_string(), shared->entry_point,
                                      socket.error().message);
    co_return;
  }
  session->socket = *std::move(socket);
  for (const auto& datagram : std::exchange(session->waiting, {})) session->pass(datagram);
  async::Watch watch(loop, session->socket.get());
  for (int count = 1;; ++count) {
    if (count % kDatagramsAtOnce == 0) co_await async::Yield(loop);
    const Instant end = session->moved + session->idle_max;
    const auto answer = co_await net::ReceiveDatagram(watch, shared->buffer, Deadline{end});
    if (answer) {
      session->moved = loop.now();
      ::sendto(shared->socket.get(), shared->buffer.data(), answer->size, MSG_NOSIGNAL, session->peer.native(),
               session->peer.size());
    } else if (answer.error().code != base::ErrorCode::kTimeout || session->moved + session->idle_max <= end) {
      co_return;  // nothing has moved for too long, or nobody listens there
    }
  }
}

}  // namespace gatehouse::edge
