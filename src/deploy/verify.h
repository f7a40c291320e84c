// Verification from outside: each host of a stack is asked for through the edge, as a client would: a TLS handshake
// with a certificate that a client would take, and an answer below 500 that is not the edge's own "no such route".
// Asked again until the deadline, since the edge learns of containers and certificates a moment after they are there.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "async/loop.h"
#include "async/task.h"
#include "deploy/report.h"
#include "deploy/stack.h"
#include "model/adoption.h"
#include "net/socket_address.h"

namespace gatehouse::deploy {

// An entry point of the edge as this machine reaches it.
struct EdgeEntry {
  std::string name;
  net::SocketAddress address;
  bool tls = false;  // for routers that ask for nothing
  bool is_default = true;
};

struct EdgeView {
  std::vector<EdgeEntry> entries;
  std::vector<std::string> root_cas;  // PEM, beside the system's
};

// From the adopted configurations. Where an edge listens on all addresses it is asked at 127.0.0.1.
EdgeView view_of(const std::vector<model::Adoption>& adoptions, const std::filesystem::path& state_dir);

struct Probe {
  std::string url;  // "https://host:8443/path"
  std::string host;
  net::SocketAddress address;
  const Route* route = nullptr;
};
std::vector<Probe> probes_of(const std::vector<Route>& routes, const EdgeView& edge);

// Every probe has to succeed. The error names the first that did not.
async::Task<base::Result<void>> verify(async::Loop& loop, const Stack& stack, const EdgeView& edge,
                                       async::Deadline deadline, Report& report);

// Does the edge accept connections at all of its TCP entry points?
async::Task<base::Result<void>> wait_for_edge(async::Loop& loop, const EdgeView& edge, async::Deadline deadline);

}  // namespace gatehouse::deploy
