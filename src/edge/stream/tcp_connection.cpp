#include "edge/stream/tcp_connection.h"

#include <algorithm>
#include <array>

#include <sys/socket.h>

#include "edge/client_limits.h"
#include "edge/connection.h"
#include "edge/exchange.h"
#include "edge/runtime.h"
#include "edge/stream/opening.h"
#include "edge/stream/tcp_dial.h"
#include "edge/stream/tcp_routes.h"
#include "edge/stream/undecided.h"
#include "edge/tunnel.h"
#include "net/socket_stream.h"
#include "tls/tls_stream.h"

namespace gatehouse::edge {

using async::Deadline;
using async::Task;
using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

namespace {

// Databases, shells and message queues are silent for hours; a peer that is gone is found out by keep-alive.
constexpr std::chrono::hours kIdleMax{24};
constexpr std::chrono::minutes kClientKeepAlive{3};
constexpr std::string_view kAcmeProtocol = "acme-tls/1";  // RFC 8737: a certificate authority asks who we are
constexpr char kPostgresAgrees = 'S';

struct Ownership {
  TcpRoutePtr route;  // null: HTTP's
  bool speaks_postgres = false;
};

TcpFacts facts_of(const ClientInfo& client, const tls::ClientHello& hello) {
  return {.client = client.address, .server_name = hello.server_name, .protocols = hello.protocols};
}

// The client asks in plain text whether we speak TLS; told so, it sends its hello.
Task<Result<Ownership>> decide_postgres(async::Loop& loop, const TcpRoutes& routes, int socket,
                                        const ClientInfo& client, Deadline deadline) {
  std::array<char, kPostgresTlsRequest.size()> request{};
  const bool is_taken = ::recv(socket, request.data(), request.size(), 0) == std::ssize(request);
  if (!is_taken || ::send(socket, &kPostgresAgrees, 1, MSG_NOSIGNAL) != 1) {
    co_return fail(ErrorCode::kReset, Fault::kClient, "the client went away when it was offered TLS");
  }
  BASE_CO_TRY(const auto opening, co_await read_opening(loop, socket, true, deadline));
  auto route = opening.hello ? routes.match_secure_tcp(facts_of(client, *opening.hello)) : nullptr;
  if (!route) co_return fail(ErrorCode::kNotFound, Fault::kClient, "no TCP router for this client of Postgres");
  co_return Ownership{.route = std::move(route), .speaks_postgres = true};
}

TcpRoutePtr match_tls(const CompiledEntryPoint& entry_point, const Opening& opening, const ClientInfo& client) {
  if (!opening.hello) return nullptr;  // TLS itself says what is wrong with it
  const auto& protocols = opening.hello->protocols;
  const bool is_challenge = std::ranges::find(protocols, kAcmeProtocol) != protocols.end();
  if (is_challenge && !entry_point.config.allow_acme_by_pass) return nullptr;
  return entry_point.tcp_routes->match_secure(facts_of(client, *opening.hello));
}

Task<Result<Ownership>> decide(async::Loop& loop, const CompiledEntryPoint& entry_point, int socket,
                               const ClientInfo& client) {
  const auto& routes = *entry_point.tcp_routes;
  const TcpFacts unnamed{.client = client.address};
  if (routes.is_plain_only()) {
    if (auto route = routes.match_plain(unnamed)) co_return Ownership{.route = std::move(route)};
  }
  const auto deadline = loop.deadline(kHeadTimeMax);
  BASE_CO_TRY(const auto opening, co_await read_opening(loop, socket, routes.has_secure(), deadline));
  switch (opening.kind) {
    case Opening::Kind::kPostgres:
      co_return co_await decide_postgres(loop, routes, socket, client, deadline);
    case Opening::Kind::kTls:
      co_return Ownership{.route = match_tls(entry_point, opening, client)};
    case Opening::Kind::kSilence: {
      // In some protocols the server speaks first. HTTP is none of them.
      auto route = routes.match_plain(unnamed);
      if (!route) co_return fail(ErrorCode::kTimeout, Fault::kClient, "the client connected and said nothing");
      co_return Ownership{.route = std::move(route)};
    }
    case Opening::Kind::kPlain:
      break;
  }
  co_return Ownership{.route = routes.match_plain(unnamed)};
}

Task<Result<std::unique_ptr<net::Stream>>> open_client(async::Loop& loop, sys::Fd socket, const TcpRoute& route,
                                                       std::shared_ptr<const tls::ServerContexts> contexts) {
  keep_alive(socket.get(), kClientKeepAlive);
  if (route.tls_options.empty() || route.passthrough) {
    co_return std::make_unique<net::SocketStream>(loop, std::move(socket), Fault::kClient);
  }
  auto stream =
      std::make_unique<tls::TlsStream>(loop, std::move(socket), std::move(contexts), Fault::kClient, route.tls_options);
  BASE_CO_CHECK(co_await stream->handshake(loop.deadline(kHeadTimeMax)));
  co_return stream;
}

// The server has not seen that the client asked for TLS.
Task<Result<void>> ask_postgres(net::Stream& backend, Deadline deadline) {
  BASE_CO_CHECK(co_await backend.write({kPostgresTlsRequest.data(), kPostgresTlsRequest.size()}, deadline));
  char answer = 0;
  BASE_CO_TRY(const auto count, co_await backend.read(std::as_writable_bytes(std::span(&answer, 1)), deadline));
  if (count == 1 && answer == kPostgresAgrees) co_return Result<void>();
  co_return fail(ErrorCode::kRefused, Fault::kBackend, "the Postgres server does not want TLS");
}

Task<Result<void>> carry(WorkerState& worker, sys::Fd socket, Ownership owner,
                         std::shared_ptr<const tls::ServerContexts> contexts, ClientInfo client) {
  const auto& route = *owner.route;
  std::vector<TcpPass> passes;
  for (const auto& guard : route.guards) {
    auto pass = guard.admit(client.address, client.address_text);
    if (!pass) co_return fail(ErrorCode::kRefused, Fault::kClient, "a middleware turns the client away");
    passes.push_back(*std::move(pass));
  }
  auto& loop = worker.services.loop;
  const TcpEnds ends{.client = *net::SocketAddress::from_ip(client.address_text, client.port),
                     .own = net::SocketAddress::local_of(socket.get())};
  BASE_CO_TRY(const auto stream, co_await open_client(loop, std::move(socket), route, std::move(contexts)));
  BASE_CO_TRY(auto dialled, co_await dial(worker.services, *route.service, ends));
  const auto transport = dialled.server->transport;
  if (owner.speaks_postgres && route.passthrough) {
    BASE_CO_CHECK(co_await ask_postgres(*dialled.stream, loop.deadline(transport->dial_timeout)));
  }
  owner.route.reset();
  const auto delay = transport->termination_delay;
  co_await relay(*stream, *dialled.stream, worker.services.buffers,
                 {.idle_max = kIdleMax, .half_closed_idle_max = delay < async::Duration{} ? kIdleMax : delay});
  co_return Result<void>();
}

}  // namespace

Task<bool> serve_tcp(WorkerState& worker, std::shared_ptr<const Runtime>& runtime,
                     const CompiledEntryPoint& entry_point, sys::Fd& socket, const ClientInfo& client) {
  Result<Ownership> owner;
  {
    const Undecided undecided(worker, socket.get());
    owner = co_await decide(worker.services.loop, entry_point, socket.get(), client);
  }
  if (owner && !owner->route) co_return false;
  Result<void> served;
  if (owner) {
    const auto name = owner->route->name;
    auto contexts = runtime->tls();
    runtime.reset();
    served = co_await carry(worker, std::move(socket), *std::move(owner), std::move(contexts), client);
    if (!served) worker.services.log.debug("{}: tcp router {}: {}", client.address_text, name, served.error().message);
  } else {
    worker.services.log.debug("{}: {}", client.address_text, owner.error().message);
  }
  co_return true;
}

}  // namespace gatehouse::edge
