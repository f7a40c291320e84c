#include "edge/middleware/cors.h"

#include <algorithm>

#include "base/text.h"

namespace gatehouse::edge {

using http::FieldId;

namespace {

bool has_star(std::string_view list) {
  bool found = false;
  http::for_each_item(list, [&found](std::string_view item) { found = found || item == "*"; });
  return found;
}

}  // namespace

base::Result<Cors> Cors::make(const model::Headers& config) {
  Cors cors;
  for (const auto& pattern : config.access_control_allow_origin_list_regex) {
    auto compiled = model::RuleRegexp::compile(pattern);
    if (!compiled) {
      return base::fail(std::move(compiled).error().within("headers.accessControlAllowOriginListRegex"));
    }
    cors.origin_patterns_.push_back(*std::move(compiled));
  }
  cors.credentials_ = config.access_control_allow_credentials;
  cors.add_vary_ = config.add_vary_header;
  cors.origins_ = config.access_control_allow_origin_list;
  cors.any_origin_ = std::ranges::find(cors.origins_, "*") != cors.origins_.end();
  cors.allow_headers_ = base::join(config.access_control_allow_headers, ",");
  cors.allow_methods_ = base::join(config.access_control_allow_methods, ",");
  cors.expose_headers_ = base::join(config.access_control_expose_headers, ",");
  if (config.access_control_max_age != 0) cors.max_age_ = std::to_string(config.access_control_max_age);
  cors.enabled_ = cors.credentials_ || cors.add_vary_ || !cors.origins_.empty() || !cors.origin_patterns_.empty() ||
                  !cors.allow_headers_.empty() || !cors.allow_methods_.empty() || !cors.expose_headers_.empty() ||
                  !cors.max_age_.empty();
  return cors;
}

bool Cors::is_preflight(const http::RequestHead& request) const {
  return request.method.id == http::MethodId::kOptions &&
         !request.fields.get(FieldId::kAccessControlRequestMethod).empty() &&
         !request.fields.get(FieldId::kOrigin).empty();
}

Response Cors::answer_preflight(const http::RequestHead& request) const {
  Response response;
  response.head = http::ResponseHead::of(200);
  auto& fields = response.head.fields;
  fields.set(FieldId::kContentLength, "0");
  // With credentials "*" is a name like any other; what is meant is what the page asks for.
  const auto allow = [&](FieldId id, std::string_view configured, FieldId asked) {
    const auto value = credentials_ && has_star(configured) ? request.fields.get(asked) : configured;
    if (!value.empty()) fields.set(id, value);
  };
  if (credentials_) fields.set(FieldId::kAccessControlAllowCredentials, "true");
  allow(FieldId::kAccessControlAllowHeaders, allow_headers_, FieldId::kAccessControlRequestHeaders);
  allow(FieldId::kAccessControlAllowMethods, allow_methods_, FieldId::kAccessControlRequestMethod);
  if (const auto allowed = allowed_origin(request.fields.get(FieldId::kOrigin)); !allowed.empty()) {
    fields.set(FieldId::kAccessControlAllowOrigin, allowed);
  }
  if (!max_age_.empty()) fields.set(FieldId::kAccessControlMaxAge, max_age_);
  return response;
}

void Cors::apply(http::Fields& response, std::string_view origin) const {
  if (const auto allowed = allowed_origin(origin); !allowed.empty()) {
    response.set(FieldId::kAccessControlAllowOrigin, allowed);
  }
  if (credentials_) response.set(FieldId::kAccessControlAllowCredentials, "true");
  if (!expose_headers_.empty() && !(credentials_ && has_star(expose_headers_))) {
    response.set(FieldId::kAccessControlExposeHeaders, expose_headers_);
  }
  if (add_vary_ && !response.lists(FieldId::kVary, "Origin")) response.add(FieldId::kVary, "Origin");
}

std::string_view Cors::allowed_origin(std::string_view origin) const {
  if (any_origin_) return credentials_ ? origin : "*";
  const bool allowed =
      std::ranges::find(origins_, origin) != origins_.end() ||
      std::ranges::any_of(origin_patterns_, [origin](const auto& pattern) { return pattern.matches(origin); });
  return allowed ? origin : std::string_view();
}

}  // namespace gatehouse::edge
