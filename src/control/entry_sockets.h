// EntrySockets: the listening sockets of the entry points, one for each worker of the edge. Control holds copies for as
// long as it lives, so that an edge that dies leaves nobody refused: who connects waits for the next edge.
// Owned by control, on its thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "ipc/messages.h"
#include "model/entry_point.h"
#include "net/socket_address.h"
#include "sys/fd.h"

namespace gatehouse::control {

class EntrySockets {
 public:
  // What the edge has to be told.
  struct Changes {
    std::vector<std::string> gone;
    ipc::Listeners fresh;
  };

  // Those that a running edge has, instead of the own ones.
  void adopt(ipc::Listeners listeners);

  // Opens what is missing and closes what is not wanted any more. On an error, which names the entry point, the cause
  // and the next step, nothing has changed.
  base::Result<Changes> reconcile(const std::map<std::string, model::EntryPoint>& entry_points, unsigned workers);

  // How many the entry points have each, 0 when there are none: what was opened for one number of workers stays so.
  [[nodiscard]] unsigned sockets_each() const;
  // Copies of all, for an edge that has none.
  [[nodiscard]] ipc::Listeners copies() const;
  void close() { held_.clear(); }

 private:
  using Sockets = std::vector<sys::Fd>;

  base::Result<Sockets> open(const std::string& name, const net::SocketAddress& address, bool udp,
                             unsigned count) const;
  [[nodiscard]] bool is_ours(std::uint16_t port, bool udp) const;

  std::map<std::string, Sockets> held_;
};

}  // namespace gatehouse::control
