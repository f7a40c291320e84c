#include "discovery/container_address.h"

#include <algorithm>

#include <fmt/format.h>

namespace gatehouse::discovery {

namespace {

const std::string& ip_in(const docker::AttachedNetwork& network) {
  return network.ip.empty() ? network.ipv6 : network.ip;
}

}  // namespace

ContainerAddress address_of(const docker::Container& container, const std::vector<docker::Container>& all,
                            const std::string& network) {
  ContainerAddress result;
  if (!network.empty()) {
    const auto named = std::ranges::find(container.networks, network, &docker::AttachedNetwork::name);
    if (named != container.networks.end() && !ip_in(*named).empty()) return {.ip = ip_in(*named), .warning = {}};
    result.warning = fmt::format("is not attached to the network \"{}\": another of its networks is used", network);
  }
  if (container.network_mode == "host") {
    result.ip = "127.0.0.1";
    return result;
  }
  constexpr std::string_view kOther = "container:";
  if (container.network_mode.starts_with(kOther)) {
    const auto id = container.network_mode.substr(kOther.size());
    for (const auto& other : all) {
      const bool is_other = other.name == id || (!id.empty() && other.id.starts_with(id));
      if (is_other && &other != &container && !other.network_mode.starts_with(kOther))
        return address_of(other, all, network);
    }
    return result;
  }
  for (const auto& attached : container.networks) {  // by name
    if (ip_in(attached).empty()) continue;
    result.ip = ip_in(attached);
    return result;
  }
  return result;
}

std::string published_address(const docker::Container& container, std::uint16_t port) {
  for (const auto& published : container.ports) {
    if (published.port != port || published.host_port == 0) continue;
    const bool any = published.host_ip.empty() || published.host_ip == "0.0.0.0" || published.host_ip == "::";
    return join_address(any ? "127.0.0.1" : published.host_ip, std::to_string(published.host_port));
  }
  return {};
}

std::string join_address(const std::string& ip, const std::string& port) {
  return ip.find(':') == std::string::npos ? ip + ":" + port : "[" + ip + "]:" + port;
}

}  // namespace gatehouse::discovery
