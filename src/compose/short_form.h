// The one-line forms of ports, mounts and devices: "127.0.0.1:8080:80/tcp", "./data:/data:ro", "/dev/x:/dev/x:rwm".
// Pure, any thread. Errors are kInvalid and hold no text of the value, which may come from a variable.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "compose/service.h"

namespace gatehouse::compose {

// "[[ip:]published:]target[/protocol]", each of the two a port or a range; a range becomes a port each
// (docker/go-connections, ParsePortSpec).
base::Result<std::vector<Port>> parse_port(std::string_view text, Position at);

struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
};
// "80" or "8000-8010".
std::optional<PortRange> parse_port_range(std::string_view text);

// "[source:]target[:options]" (compose-go, format/volume.go). The source of a bind mount is as written.
base::Result<Mount> parse_mount(std::string_view text, Position at);

// "source[:target[:permissions]]".
base::Result<Device> parse_device(std::string_view text, Position at);

}  // namespace gatehouse::compose
