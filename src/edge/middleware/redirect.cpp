#include "edge/middleware/redirect.h"

namespace gatehouse::edge {

namespace {

int status_for(const http::Method& method, bool permanent) {
  if (method.id == http::MethodId::kGet) return permanent ? 301 : 302;
  return permanent ? 308 : 307;
}

}  // namespace

Response redirect_response(const http::Method& method, std::string_view location, bool permanent) {
  auto response = status_response(status_for(method, permanent));
  response.head.fields.set(http::FieldId::kLocation, location);
  return response;
}

}  // namespace gatehouse::edge
