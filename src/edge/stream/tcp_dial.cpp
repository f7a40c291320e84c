#include "edge/stream/tcp_dial.h"

#include <algorithm>
#include <cerrno>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "net/connect.h"
#include "tls/tls_stream.h"

namespace gatehouse::edge {

using async::Deadline;
using async::Task;
using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::size_t kTurnsMax = 64;

using StreamResult = Result<std::unique_ptr<net::Stream>>;

// Before anything else, TLS included. A new connection takes so little at once.
Result<void> tell_client(int socket, net::ProxyVersion version, const TcpEnds& ends) {
  const auto header = net::proxy_header(version, ends.client, ends.own);
  const auto sent = ::send(socket, header.data(), header.size(), MSG_NOSIGNAL);
  if (sent == static_cast<ssize_t>(header.size())) return {};
  return base::fail_errno(sent < 0 ? errno : EIO, "sending the PROXY header", Fault::kBackend);
}

Task<StreamResult> open(async::Loop& loop, const TcpServer& server, const TcpEnds& ends, net::SocketAddress address,
                        Deadline deadline) {
  BASE_CO_TRY(auto socket, co_await net::connect_socket(loop, address, deadline));
  keep_alive(socket.get(), server.transport->keep_alive);
  if (const auto version = server.transport->proxy_version) {
    BASE_CO_CHECK(tell_client(socket.get(), *version, ends));
  }
  if (!server.origin.secure) co_return std::make_unique<net::SocketStream>(loop, std::move(socket), Fault::kBackend);
  auto stream =
      std::make_unique<tls::TlsStream>(loop, std::move(socket), server.transport->client_tls, server.origin.host);
  BASE_CO_CHECK(co_await stream->handshake(deadline));
  co_return stream;
}

Task<StreamResult> connect(WorkerServices& worker, const TcpServer& server, const TcpEnds& ends) {
  const auto deadline = worker.loop.deadline(server.transport->dial_timeout);
  BASE_CO_TRY(const auto addresses, co_await worker.backends.resolve(server.origin, deadline));
  StreamResult stream = fail(ErrorCode::kUnreachable, Fault::kBackend, "the server has no address");
  for (const auto& address : addresses) {
    stream = co_await open(worker.loop, server, ends, address, deadline);
    if (stream) break;
  }
  co_return stream;
}

void set_option(int socket, int level, int option, int value) {
  ::setsockopt(socket, level, option, &value, sizeof value);
}

}  // namespace

Task<Result<Dialled>> dial(WorkerServices& worker, const TcpService& service, const TcpEnds& ends) {
  base::Error last{ErrorCode::kUnavailable, Fault::kBackend, base::Retry::kNo, "the service has no server", {}};
  const auto tries = std::min(service.server_count(), kServersTriedMax);
  std::vector<TcpServerPtr> tried;
  for (std::size_t turn = 0; turn < kTurnsMax && tried.size() < tries; ++turn) {
    auto server = service.next();
    if (!server) break;
    if (std::ranges::find(tried, server) != tried.end()) continue;  // a heavy one has several turns
    tried.push_back(server);
    auto stream = co_await connect(worker, *server, ends);
    if (stream) co_return Dialled{.server = std::move(server), .stream = *std::move(stream)};
    worker.log.debug("server {}: {}", server->origin.url, stream.error().message);
    last = std::move(stream).error().within("server " + server->origin.url);
  }
  co_return fail(std::move(last));
}

void keep_alive(int socket, std::chrono::nanoseconds period) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(period).count();
  if (seconds <= 0) return;
  const auto interval = static_cast<int>(std::min<std::int64_t>(seconds, INT16_MAX));  // the kernel takes no more
  set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, interval);
  set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, interval);
}

}  // namespace gatehouse::edge
