// Names to addresses, off the loop: by the system's resolver, or by a process that asks it for us (name_process.h).
// Shared by the tasks of any loop.
#pragma once

#include <string>
#include <vector>

#include "async/offload.h"
#include "base/result.h"
#include "net/socket_address.h"

namespace gatehouse::net {

class NameProcess;

// Asks the system; blocks. kNotFound, or kUnreachable when trying again makes sense.
base::Result<std::vector<SocketAddress>> look_up(const std::string& host, std::uint16_t port);

class Resolver {
 public:
  // Without a process it is this one that asks the system.
  explicit Resolver(async::Offload& offload, const NameProcess* names = nullptr) : offload_(offload), names_(names) {}

  // At least one address. A literal is answered without asking anybody, and so is localhost, whose addresses are fixed
  // (RFC 6761 section 6.3). kNotFound, kUnreachable or kTimeout otherwise.
  async::Task<base::Result<std::vector<SocketAddress>>> resolve(async::Loop& loop, std::string host, std::uint16_t port,
                                                                async::Deadline deadline);

 private:
  async::Offload& offload_;
  const NameProcess* names_;
};

}  // namespace gatehouse::net
