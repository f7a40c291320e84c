#include "edge/middleware/custom_headers.h"

#include "edge/middleware/invalid_option.h"
#include "http/syntax.h"

namespace gatehouse::edge {

using http::FieldId;

base::Result<CustomHeaders> CustomHeaders::make(std::string_view option,
                                                const std::map<std::string, std::string>& config) {
  CustomHeaders custom;
  for (const auto& [name, value] : config) {
    if (!http::is_token(name)) return invalid_option("{}: \"{}\" is no name of a header", option, name);
    custom.headers_.emplace_back(name, value);
  }
  return custom;
}

void CustomHeaders::apply_to_request(Exchange& exchange) const {
  auto& fields = exchange.request.fields;
  for (const auto& [name, value] : headers_) {
    const auto id = http::field_id_of(name);
    if (id == FieldId::kHost) {
      if (value.empty()) continue;
      fields.set(FieldId::kHost, value);
      // Whoever asks for the host from here on gets the new one.
      exchange.target.authority = fields.get(FieldId::kHost);
    } else if (value.empty()) {
      fields.remove(name);
      if (id == FieldId::kXForwardedFor) exchange.client_appended = true;
    } else {
      fields.set(name, value);
    }
  }
}

void CustomHeaders::apply_to_response(http::Fields& response) const {
  for (const auto& [name, value] : headers_) {
    if (value.empty()) {
      response.remove(name);
    } else {
      response.set(name, value);
    }
  }
}

}  // namespace gatehouse::edge
