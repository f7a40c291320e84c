// For this layer's tests: an authority, a server with certificates of it, and handshakes between two ends of a socket
// pair. Header only, so that no part of it is in the library.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "async/race.h"
#include "tls/client_context.h"
#include "tls/issue.h"
#include "tls/server_contexts.h"
#include "tls/tls_stream.h"

namespace gatehouse::tls {

inline std::pair<sys::Fd, sys::Fd> socket_pair() {
  int fds[2];
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
  return {sys::Fd(fds[0]), sys::Fd(fds[1])};
}

inline async::Deadline soon() { return async::Deadline::after(std::chrono::seconds(10)); }

inline async::Task<void> wait_readable(net::Stream& stream) { EXPECT_TRUE(co_await stream.readable(soon())); }
inline async::Task<base::Result<std::size_t>> read_once(net::Stream& stream, net::Bytes buffer) {
  co_return co_await stream.read(buffer, soon());
}

struct Connected {
  std::unique_ptr<TlsStream> server;
  std::unique_ptr<TlsStream> client;
  std::string failure;         // of the client, else of the server
  std::string server_failure;  // of the server
};

inline async::Task<std::pair<base::Result<void>, base::Result<void>>> shake(TlsStream& server, TlsStream& client) {
  auto [near, far] = co_await async::both(server.handshake(soon()), client.handshake(soon()));
  co_return std::pair(*std::move(near), *std::move(far));
}

// What one end says reaches the other a byte at a time.
inline async::Task<void> drip_both(async::Loop& loop, int server_end, int client_end) {
  for (;;) {
    for (const auto [from, to] : {std::pair(client_end, server_end), std::pair(server_end, client_end)}) {
      char byte = 0;
      if (::recv(from, &byte, 1, 0) == 1) EXPECT_EQ(::send(to, &byte, 1, MSG_NOSIGNAL), 1);
    }
    co_await async::Yield(loop);
  }
}
inline async::Task<std::pair<bool, bool>> shake_through(async::Loop& loop, TlsStream& server, TlsStream& client,
                                                        int server_end, int client_end) {
  auto [shaken, dripped] = co_await async::first_of(shake(server, client), drip_both(loop, server_end, client_end));
  co_return shaken ? std::pair(shaken->first.has_value(), shaken->second.has_value()) : std::pair(false, false);
}

struct Scene {
  Scene() { settings.certificates.push_back(certificate({"app.test"}, KeyType::kEc256)); }

  [[nodiscard]] CertificateSource certificate(const std::vector<std::string>& names, KeyType type,
                                              std::chrono::hours lifetime = std::chrono::hours(24)) const {
    const auto made = issue(authority, {.common_name = names.front(), .names = names}, type, valid_for(lifetime));
    EXPECT_TRUE(made);
    return {.names = {}, .chain = made->chain.to_pem(), .key = made->key.to_pem()};
  }
  [[nodiscard]] std::shared_ptr<const ServerContexts> contexts(const ServerContexts* previous = nullptr) const {
    return ServerContexts::compile(settings, previous, [this](const std::string& object, const std::string& message) {
      reports.push_back(object + ": " + message);
    });
  }
  [[nodiscard]] ClientSettings client_settings() const {
    return {.system_roots = false, .root_cas = {authority.chain.to_pem()}, .protocols = {"http/1.1"}};
  }
  [[nodiscard]] std::shared_ptr<const ClientContext> client() const { return *ClientContext::make(client_settings()); }

  [[nodiscard]] Connected connect(async::Loop& loop, const std::string& name,
                                  std::shared_ptr<const ClientContext> from = nullptr,
                                  std::shared_ptr<const ServerContexts> to = nullptr) const {
    auto [near, far] = socket_pair();
    Connected made{std::make_unique<TlsStream>(loop, std::move(near), to ? std::move(to) : contexts()),
                   std::make_unique<TlsStream>(loop, std::move(far), from ? std::move(from) : client(), name),
                   {},
                   {}};
    const auto [server, shaken] = loop.run(shake(*made.server, *made.client));
    if (!server) made.server_failure = server.error().message;
    made.failure = shaken ? made.server_failure : shaken.error().message;
    return made;
  }

  KeyedCertificate authority = *make_authority(
      "Test authority", {.dns = {"test"}, .ip_ranges = {"127.0.0.0/255.0.0.0"}}, valid_for(std::chrono::hours(48)));
  ServerSettings settings;
  mutable std::vector<std::string> reports;
};

}  // namespace gatehouse::tls
