// Where a container is reached from the edge. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "docker/container.h"
#include "model/providers.h"

namespace gatehouse::discovery {

struct ContainerAddress {
  std::string ip;       // empty: it has none
  std::string warning;  // empty: none
};

// The network that the label or the provider names; else the host's own for host mode; else that of the container it
// shares a network with; else the first of its networks by name.
ContainerAddress address_of(const docker::Container& container, const std::vector<docker::Container>& all,
                            const std::string& network);

// Of a published port, the address and the port on the host: useBindPortIP. Empty when it is not published.
std::string published_address(const docker::Container& container, std::uint16_t port);

// "10.0.0.1:80", "[fd00::1]:80".
std::string join_address(const std::string& ip, const std::string& port);

}  // namespace gatehouse::discovery
