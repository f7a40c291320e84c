#include "edge/backends/service.h"

#include <fmt/format.h>

#include "edge/exchange.h"

namespace gatehouse::edge {

Response no_server_response(Exchange& exchange, std::string_view service) {
  exchange.backend_error = base::Error{base::ErrorCode::kUnavailable,
                                       base::Fault::kBackend,
                                       base::Retry::kYes,
                                       fmt::format("service {} has no server that is up", service),
                                       {}};
  Response response = text_response(503, "no available server\n");
  response.head.fields.set(http::FieldId::kXContentTypeOptions, "nosniff");
  return response;
}

}  // namespace gatehouse::edge
