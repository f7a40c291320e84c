// The part of the headers middleware that tells browsers what to forbid, and refuses requests for hosts that are not
// ours. Immutable, shared by the workers. Behaviour: Traefik v3 (unrolled/secure).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "edge/exchange.h"
#include "edge/response.h"
#include "model/middleware_headers.h"

namespace gatehouse::edge {

class SecurityHeaders {
 public:
  explicit SecurityHeaders(const model::Headers& config);

  [[nodiscard]] bool changes_response() const { return !fields_.empty() || !sts_.empty() || !public_key_.empty(); }
  // Is the request for one of the allowed hosts?
  [[nodiscard]] bool allows_host(const Exchange& exchange) const;
  // Did the client come over TLS, by its connection or by what a proxy in front says?
  [[nodiscard]] bool is_secure(const Exchange& exchange) const;
  void apply(http::Fields& response, bool secure) const;

 private:
  std::vector<std::string> allowed_hosts_;
  std::vector<std::string> host_headers_;                           // that may hold the host instead
  std::vector<std::pair<std::string, std::string>> proxy_headers_;  // that say that the client came over TLS
  std::vector<std::pair<std::string, std::string>> fields_;
  std::string sts_;  // Strict-Transport-Security; empty: none
  bool force_sts_;
  std::string public_key_;  // Public-Key-Pins over TLS; empty: none
};

}  // namespace gatehouse::edge
