// Names to addresses, by the system's resolver, off the loop. Made by app/, shared by the tasks of any loop.
#pragma once

#include <string>
#include <vector>

#include "async/offload.h"
#include "base/result.h"
#include "net/socket_address.h"

namespace gatehouse::net {

class Resolver {
 public:
  explicit Resolver(async::Offload& offload) : offload_(offload) {}

  // At least one address. A literal is answered without asking anybody, and so is localhost, whose addresses are fixed
  // (RFC 6761 section 6.3). kNotFound, kUnreachable or kTimeout otherwise.
  async::Task<base::Result<std::vector<SocketAddress>>> resolve(async::Loop& loop, std::string host, std::uint16_t port,
                                                                async::Deadline deadline);

 private:
  async::Offload& offload_;
};

}  // namespace gatehouse::net
