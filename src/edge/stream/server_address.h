// The address of a TCP or UDP server as it is configured: host:port, [v6]:port. Pure.
#pragma once

#include <string>

#include "base/result.h"
#include "edge/backends/origin.h"

namespace gatehouse::edge {

// kInvalid for what is none.
base::Result<Origin> parse_server_address(const std::string& address);

}  // namespace gatehouse::edge
