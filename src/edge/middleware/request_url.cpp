#include "edge/middleware/request_url.h"

#include <fmt/format.h>

namespace gatehouse::edge {

std::string_view scheme_of(const Exchange& exchange) { return exchange.client().secure ? "https" : "http"; }

std::string request_url(Exchange& exchange) {
  return fmt::format("{}://{}{}", scheme_of(exchange), exchange.target.authority,
                     exchange.target.path_and_query(exchange.request.storage()));
}

}  // namespace gatehouse::edge
