#include "edge/backends/transport.h"

#include <algorithm>

#include "tls/client_context.h"

namespace gatehouse::edge {

namespace {

constexpr std::int64_t kIdleConnectionsDefault = 2;  // what Go's transport, and so Traefik, takes 0 for

}  // namespace

base::Result<std::shared_ptr<const Transport>> make_transport(const std::string& name,
                                                              const model::ServersTransport& config) {
  auto transport = std::make_shared<Transport>();
  transport->name = name;
  transport->dial_timeout = config.forwarding_timeouts.dial_timeout;
  transport->response_header_timeout = config.forwarding_timeouts.response_header_timeout;
  transport->idle_timeout = config.forwarding_timeouts.idle_conn_timeout;
  const auto idle_max = config.max_idle_conns_per_host == 0 ? kIdleConnectionsDefault : config.max_idle_conns_per_host;
  transport->idle_connections_max = static_cast<std::size_t>(std::max<std::int64_t>(idle_max, 0));
  transport->server_name = config.server_name;
  tls::ClientSettings settings{.verify = !config.insecure_skip_verify,
                               .system_roots = config.root_cas.empty(),
                               .root_cas = config.root_cas,
                               .certificates = {},
                               .cipher_suites = config.cipher_suites,
                               .min_version = config.min_version,
                               .max_version = config.max_version,
                               .protocols = {"http/1.1"}};
  for (const auto& files : config.certificates) {
    settings.certificates.push_back({.names = {}, .chain = files.cert_file, .key = files.key_file});
  }
  auto client_tls = tls::ClientContext::make(settings);
  if (!client_tls) return base::fail(std::move(client_tls).error().within("serversTransport " + name));
  transport->client_tls = *std::move(client_tls);
  return transport;
}

}  // namespace gatehouse::edge
