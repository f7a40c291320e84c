// The part of the headers middleware that sets and removes fields by name. Immutable, shared by the workers.
// Behaviour: Traefik v3.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "edge/exchange.h"

namespace gatehouse::edge {

class CustomHeaders {
 public:
  // An empty value removes the field. Fails when a name is none; `option` is told then.
  static base::Result<CustomHeaders> make(std::string_view option, const std::map<std::string, std::string>& config);

  [[nodiscard]] bool is_empty() const { return headers_.empty(); }
  // Host names the host for the backend; an empty X-Forwarded-For also stops the edge from adding the client.
  void apply_to_request(Exchange& exchange) const;
  void apply_to_response(http::Fields& response) const;

 private:
  std::vector<std::pair<std::string, std::string>> headers_;
};

}  // namespace gatehouse::edge
