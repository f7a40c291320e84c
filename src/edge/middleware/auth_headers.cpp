#include "edge/middleware/auth_headers.h"

#include <algorithm>

#include "base/text.h"
#include "edge/middleware/invalid_option.h"
#include "http/syntax.h"

namespace gatehouse::edge {

using http::Field;
using http::FieldId;

namespace {

// "x-auth-USER" -> "X-Auth-User", as Go spells names before it matches them.
std::string canonical_spelling(std::string_view name) {
  std::string result;
  bool first = true;
  for (const char c : name) {
    result += first ? base::to_upper(c) : base::to_lower(c);
    first = c == '-';
  }
  return result;
}

// Applications that see fields as environment variables cannot tell X_Auth_User from X-Auth-User.
std::string without_underscores(std::string_view name) {
  std::string result(name);
  std::ranges::replace(result, '_', '-');
  return result;
}

// A response may not be made to say another length or another end of itself, nor a request another host.
constexpr http::FieldIdSet kNeverCopied = {
    FieldId::kConnection, FieldId::kContentLength,    FieldId::kHost,    FieldId::kKeepAlive, FieldId::kTe,
    FieldId::kTrailer,    FieldId::kTransferEncoding, FieldId::kUpgrade,
};

}  // namespace

base::Result<AuthHeaders> AuthHeaders::make(const model::ForwardAuth& config) {
  AuthHeaders headers;
  for (const auto& name : config.auth_response_headers) {
    if (!http::is_token(name)) {
      return invalid_option("forwardAuth.authResponseHeaders: \"{}\" is no name of a header", name);
    }
    headers.names_.push_back(name);
  }
  if (!config.auth_response_headers_regex.empty()) {
    auto pattern = model::RuleRegexp::compile(config.auth_response_headers_regex);
    if (!pattern) return base::fail(std::move(pattern).error().within("forwardAuth.authResponseHeadersRegex"));
    headers.pattern_ = *std::move(pattern);
  }
  headers.cookies_ = config.add_auth_cookies_to_response;
  return headers;
}

void AuthHeaders::copy_to_request(const http::Fields& answer, http::Fields& request) const {
  const auto is_ours = [this](const Field& field) {
    return !kNeverCopied.contains(field.id) && matches(without_underscores(field.name));
  };
  request.remove_if(is_ours);
  for (const auto& field : answer) {
    if (!kNeverCopied.contains(field.id) && matches(field.name)) request.add(field.name, field.value);
  }
}

bool AuthHeaders::matches(std::string_view name) const {
  return std::ranges::any_of(names_, [name](const auto& known) { return base::iequals(known, name); }) ||
         (pattern_ && pattern_->matches(canonical_spelling(name)));
}

bool AuthHeaders::lists_cookie(std::string_view set_cookie) const {
  const auto name = base::trim(set_cookie.substr(0, set_cookie.find('=')));
  return std::ranges::find(cookies_, name) != cookies_.end();
}

std::vector<std::string> AuthHeaders::cookies_of(const http::Fields& answer) const {
  std::vector<std::string> cookies;
  answer.for_each(FieldId::kSetCookie, [&](std::string_view line) {
    if (lists_cookie(line)) cookies.emplace_back(line);
  });
  return cookies;
}

void AuthHeaders::set_cookies(const std::vector<std::string>& cookies, http::Fields& response) const {
  if (cookies.empty()) return;
  response.remove_if(
      [this](const Field& field) { return field.id == FieldId::kSetCookie && lists_cookie(field.value); });
  for (const auto& cookie : cookies) response.add(FieldId::kSetCookie, cookie);
}

}  // namespace gatehouse::edge
