// Origin: where a server of a service listens, and how it is spoken to; parsed once from its URL when a snapshot is
// compiled. Immutable, shared by the workers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/http_service.h"

namespace gatehouse::edge {

struct Origin {
  std::string url;      // as shown_url() has it: the name of the server in logs, metrics and cookies
  bool secure = false;  // https
  std::string host;     // name or address, without brackets
  std::uint16_t port = 0;
  std::string authority;  // what the Host field says when the client's is not passed on
  std::string base_path;  // put before the request's path; empty unless preservePath is set
  std::string pool_key;   // connections of one key are interchangeable
};

// kInvalid for a URL that is none, kUnsupported for a scheme that the edge does not speak.
base::Result<Origin> parse_origin(const model::Server& server, std::string_view servers_transport);

// The URL as configured, but for a password, which nobody is shown.
std::string shown_url(std::string_view url);

}  // namespace gatehouse::edge
