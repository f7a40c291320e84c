// One line of the access log: Traefik's common, genericCLF and json formats, to the byte where tools parse them
// (fail2ban, CrowdSec, GoAccess). Pure but for the time zone.
#pragma once

#include <cstdint>
#include <string>

#include "edge/exchange.h"
#include "edge/response.h"
#include "model/observability.h"

namespace gatehouse::edge {

// Appends the line with its line end; nothing when the filters leave it out.
void append_access_line(std::string& out, const model::AccessLog& config, const Exchange& exchange,
                        const Response& response, std::uint64_t request_count);

}  // namespace gatehouse::edge
