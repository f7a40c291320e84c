#include "compose/short_form.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/ip_address.h"
#include "base/parse_int.h"
#include "base/text.h"

namespace gatehouse::compose {

namespace {

base::Failure invalid(std::string_view what) {
  return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator, std::string(what));
}

struct PortParts {
  std::string_view ip, published, target;
};

PortParts split_port(std::string_view text) {
  const auto last = text.rfind(':');
  if (last == std::string_view::npos) return {{}, {}, text};
  const auto host = text.substr(0, last);
  const auto before = host.rfind(':');
  if (before == std::string_view::npos) return {{}, host, text.substr(last + 1)};
  return {host.substr(0, before), host.substr(before + 1), text.substr(last + 1)};
}

// Without the brackets of "[::1]"; nothing when it is no address.
std::optional<std::string> parse_host_ip(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  if (!text.empty() && !base::IpAddress::parse(text)) return std::nullopt;
  return std::string(text);
}

bool is_path(std::string_view source) {
  return source.starts_with('.') || source.starts_with('/') || source.starts_with('~');
}

void apply_mount_option(Mount& mount, std::string_view option) {
  constexpr std::array<std::string_view, 6> kPropagations = {"rprivate", "private", "rshared",
                                                             "shared",   "rslave",  "slave"};
  if (option == "ro") mount.read_only = true;
  if (option == "rw") mount.read_only = false;
  if (option == "nocopy") mount.volume_nocopy = true;
  if (option == "z" || option == "Z") mount.bind_selinux = option;
  if (std::ranges::count(kPropagations, option) > 0) mount.bind_propagation = option;
}

}  // namespace

std::optional<PortRange> parse_port_range(std::string_view text) {
  const auto dash = text.find('-');
  const auto first = base::parse_int<std::uint16_t>(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : base::parse_int<std::uint16_t>(text.substr(dash + 1));
  if (!first || !last || *last < *first) return std::nullopt;
  return PortRange{*first, *last};
}

base::Result<std::vector<Port>> parse_port(std::string_view text, Position at) {
  const auto slash = text.rfind('/');
  const auto protocol = base::to_lower(slash == std::string_view::npos ? "tcp" : text.substr(slash + 1));
  if (protocol != "tcp" && protocol != "udp" && protocol != "sctp")
    return invalid("the protocol can be tcp, udp, sctp");
  const auto parts = split_port(text.substr(0, slash));
  const auto ip = parse_host_ip(parts.ip);
  if (!ip) return invalid("what stands before the published port is no IP address");
  const auto target = parse_port_range(parts.target);
  if (!target || target->first == 0) return invalid("the container port has to be a number up to 65535, or a range");
  const bool is_published = !parts.published.empty();
  const auto published = is_published ? parse_port_range(parts.published) : PortRange{};
  if (!published) return invalid("the published port has to be a number up to 65535, or a range");
  const int count = target->last - target->first + 1;
  const int published_count = published->last - published->first + 1;
  // A range for one container port: the engine takes any that is free.
  const bool any_of_range = is_published && count == 1 && published_count > 1;
  if (is_published && !any_of_range && count != published_count) {
    return invalid("the ranges of published and container ports have to be of one length");
  }
  std::vector<Port> ports;
  for (int i = 0; i < count; ++i) {
    Port port;
    port.at = at;
    port.target = static_cast<std::uint16_t>(target->first + i);
    if (any_of_range) {
      port.published = parts.published;
    } else if (is_published) {
      port.published = fmt::format("{}", published->first + i);
    }
    port.host_ip = *ip;
    port.protocol = protocol;
    ports.push_back(std::move(port));
  }
  return ports;
}

base::Result<Mount> parse_mount(std::string_view text, Position at) {
  const auto parts = base::split(text, ':');
  if (std::ranges::any_of(parts, &std::string_view::empty))
    return invalid("nothing stands before, after or between ':'");
  if (parts.size() > 3) return invalid("there are more than two ':'; use the long form for such paths");
  Mount mount;
  mount.at = at;
  mount.target = parts[parts.size() == 1 ? 0 : 1];
  if (parts.size() > 1) mount.source = parts[0];
  mount.type = is_path(mount.source) ? "bind" : "volume";
  if (parts.size() == 3) {
    for (const auto option : base::split(parts[2], ',')) apply_mount_option(mount, option);
  }
  return mount;
}

base::Result<Device> parse_device(std::string_view text, Position at) {
  const auto parts = base::split(text, ':');
  if (parts.size() > 3 || parts[0].empty()) return invalid("a device is written source[:target[:permissions]]");
  Device device{at, std::string(parts[0]), std::string(parts[0]), "rwm"};
  if (parts.size() > 1 && !parts[1].empty()) device.target = parts[1];
  if (parts.size() > 2) device.permissions = parts[2];
  return device;
}

}  // namespace gatehouse::compose
