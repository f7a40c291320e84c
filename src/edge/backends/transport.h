// Transport: how the edge speaks to the servers of a service: time limits, connections kept, TLS. Compiled from a
// model::ServersTransport with a snapshot; immutable, shared by the workers.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "async/deadline.h"
#include "base/result.h"
#include "model/servers_transport.h"

namespace gatehouse::tls {
class ClientContext;
}

namespace gatehouse::edge {

struct Transport {
  std::string name = "default@internal";
  async::Duration dial_timeout = std::chrono::seconds(30);
  async::Duration response_header_timeout{};                // 0: no limit of its own; the exchange's applies
  async::Duration idle_timeout = std::chrono::seconds(90);  // 0: none
  std::size_t idle_connections_max = 200;                   // to one server, in one worker
  std::string server_name;                                  // for SNI and verification; empty: the server's host
  std::shared_ptr<const tls::ClientContext> client_tls;
};

// kInvalid when a certificate of it cannot be read.
base::Result<std::shared_ptr<const Transport>> make_transport(const std::string& name,
                                                              const model::ServersTransport& config);

}  // namespace gatehouse::edge
