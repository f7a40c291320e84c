#include "edge/middleware/request_state.h"

namespace gatehouse::edge {

void RequestState::restore(Exchange& exchange) const {
  exchange.tasks().cancel();
  exchange.request.method = method_;
  exchange.target = target_;
  exchange.upgrade = upgrade_;
  exchange.client_appended = client_appended_;
  auto& fields = exchange.request.fields;
  fields.remove_if([](const http::Field&) { return true; });
  for (const auto& field : fields_) fields.adopt(field);
  exchange.backend_error.reset();
  exchange.upload_error.reset();
}

}  // namespace gatehouse::edge
