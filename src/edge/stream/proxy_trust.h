// ProxyTrust: entryPoints.NAME.proxyProtocol: who in front of us may say whose a connection is. Compiled with a
// snapshot, immutable, shared by the workers. As in Traefik a header from somebody else is taken off and not believed,
// and nobody has to send one.
#pragma once

#include <memory>
#include <vector>

#include "async/loop.h"
#include "async/task.h"
#include "base/ip_address.h"
#include "base/result.h"
#include "model/entry_point.h"
#include "net/socket_address.h"

namespace gatehouse::edge {

class ProxyTrust {
 public:
  // Null where there is nobody to believe. The ranges were checked.
  static std::shared_ptr<const ProxyTrust> make(const model::EntryPoint& config);

  [[nodiscard]] bool believes(const base::IpAddress& peer) const;

 private:
  bool insecure_ = false;  // everybody
  std::vector<base::Cidr> trusted_;
};

// Takes the header off the connection, if it begins with one, and puts the address that it names into `peer`, if that
// one is believed. kInvalid for a header that is broken, kTimeout for one that does not end.
async::Task<base::Result<void>> take_proxy_header(async::Loop& loop, int socket, const ProxyTrust& trust,
                                                  net::SocketAddress& peer, async::Deadline deadline);

}  // namespace gatehouse::edge
