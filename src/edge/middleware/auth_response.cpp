#include "edge/middleware/auth_response.h"

namespace gatehouse::edge {

Response unauthorized_response(std::string_view challenge) {
  auto response = text_response(401, "401 Unauthorized\n", "text/plain");
  response.head.fields.set(http::FieldId::kWwwAuthenticate, challenge);
  return response;
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result += '"';
}

void tell_user(Exchange& exchange, std::string_view user, const AuthOutcome& outcome) {
  auto& fields = exchange.request.fields;
  if (!outcome.header_field.empty()) fields.set(outcome.header_field, user);
  if (outcome.remove_header) fields.remove(http::FieldId::kAuthorization);
}

}  // namespace gatehouse::edge
