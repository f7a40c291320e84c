#include "edge/backends/connection_pool.h"

#include "async/sleep.h"
#include "net/connect.h"
#include "net/socket_stream.h"
#include "tls/tls_stream.h"

namespace gatehouse::edge {

using async::Deadline;
using async::Task;
using base::Result;

namespace {

constexpr std::chrono::seconds kSweepInterval{1};

// Input on a connection that owes us nothing is a goodbye, or an attempt to have it read as our next response.
bool is_quiet(net::Stream& stream) {
  if (stream.watch().hung_up()) return false;
  std::byte unexpected;
  return stream.try_read({&unexpected, 1}).step.kind != async::Step::Kind::kDone;
}

}  // namespace

ConnectionPool::ConnectionPool(async::Loop& loop, net::Resolver& resolver, BufferPool& buffers)
    : loop_(loop), resolver_(resolver), buffers_(buffers), group_(loop) {}

BackendConnectionPtr ConnectionPool::take_idle(const Origin& origin) {
  const auto found = idle_.find(origin.pool_key);
  if (found == idle_.end()) return nullptr;
  auto& idle = found->second;
  while (!idle.empty()) {
    auto connection = std::move(idle.back().connection);
    idle.pop_back();
    --idle_count_;
    if (is_quiet(*connection->stream)) return connection;
  }
  return nullptr;
}

Task<Result<std::vector<net::SocketAddress>>> ConnectionPool::resolve(const Origin& origin, Deadline deadline) {
  if (auto literal = net::SocketAddress::from_ip(origin.host, origin.port)) co_return std::vector{*literal};
  const std::string key = origin.host + ":" + std::to_string(origin.port);
  if (const auto known = resolved_.find(key); known != resolved_.end() && known->second.expires > loop_.now()) {
    co_return known->second.addresses;
  }
  BASE_CO_TRY(auto addresses, co_await resolver_.resolve(loop_, origin.host, origin.port, deadline));
  if (resolved_.size() >= kResolvedNamesMax) resolved_.clear();
  resolved_[key] = {addresses, loop_.now() + kResolvedFor};
  co_return addresses;
}

Task<Result<std::unique_ptr<net::Stream>>> ConnectionPool::open(const Origin& origin, const Transport& transport,
                                                                net::SocketAddress address, Deadline deadline) {
  BASE_CO_TRY(auto socket, co_await net::connect_socket(loop_, address, deadline));
  if (!origin.secure) co_return std::make_unique<net::SocketStream>(loop_, std::move(socket), base::Fault::kBackend);
  const auto& name = transport.server_name.empty() ? origin.host : transport.server_name;
  auto stream = std::make_unique<tls::TlsStream>(loop_, std::move(socket), transport.client_tls, name);
  BASE_CO_CHECK(co_await stream->handshake(deadline));
  co_return stream;
}

Task<Result<BackendConnectionPtr>> ConnectionPool::connect(const Origin& origin, const Transport& transport) {
  const auto deadline = loop_.deadline(transport.dial_timeout);
  BASE_CO_TRY(const auto addresses, co_await resolve(origin, deadline));
  base::Error last;
  for (const auto& address : addresses) {
    auto stream = co_await open(origin, transport, address, deadline);
    if (!stream) {
      last = std::move(stream).error();
      continue;
    }
    auto connection = std::make_shared<BackendConnection>(buffers_);
    connection->stream = *std::move(stream);
    co_return connection;
  }
  co_return base::fail(std::move(last));
}

void ConnectionPool::give_back(const Origin& origin, const Transport& transport, BackendConnectionPtr connection) {
  if (transport.idle_connections_max == 0) return;
  auto& idle = idle_[origin.pool_key];
  if (idle.size() >= transport.idle_connections_max) {
    idle.pop_front();
    --idle_count_;
  }
  connection->reused = true;
  connection->input.release();
  const bool expires = transport.idle_timeout.count() > 0;
  idle.push_back({std::move(connection), expires ? loop_.now() + transport.idle_timeout : async::Instant::max()});
  if (idle_count_++ == 0 && group_.size() == 0) group_.spawn(close_expired());
}

Task<void> ConnectionPool::close_expired() {
  while (idle_count_ > 0) {
    co_await async::sleep(loop_, kSweepInterval);
    for (auto& [key, idle] : idle_) {
      std::erase_if(idle, [this](const Idle& entry) {
        const bool gone = entry.expires <= loop_.now() || entry.connection->stream->watch().hung_up();
        if (gone) --idle_count_;
        return gone;
      });
    }
    std::erase_if(idle_, [](const auto& entry) { return entry.second.empty(); });
  }
}

}  // namespace gatehouse::edge
