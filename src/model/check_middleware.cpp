#include <array>

#include "model/check.h"
#include "model/check_parts.h"
#include "model/reflect.h"
#include "model/status_ranges.h"
#include "model/unsupported.h"

namespace gatehouse::model {

namespace {

// The names of the members that are set: the kinds of a middleware.
template <class T>
std::vector<std::string> kinds_of(const T& middleware) {
  std::vector<std::string> kinds;
  const auto& type = type_of<T>();
  for (const auto& field : type.fields) {
    if (!field.type->is_initial(member(field, &middleware))) kinds.emplace_back(field.name);
  }
  return kinds;
}

template <class T>
base::Result<std::string> only_kind(const T& middleware) {
  auto kinds = kinds_of(middleware);
  if (kinds.empty()) return wrong("the middleware has no type: set one, such as addPrefix or headers");
  if (kinds.size() > 1) {
    return wrong("the middleware has several types ({}): give each a name of its own and list them in the router",
                 base::join(kinds, ", "));
  }
  return std::move(kinds.front());
}

base::Result<void> check_kind(const IpStrategy& strategy) {
  if (strategy.depth < 0) return wrong("ipStrategy.depth is below 0");
  if (strategy.ipv6_subnet && (*strategy.ipv6_subnet < 0 || *strategy.ipv6_subnet > 128)) {
    return wrong("ipStrategy.ipv6Subnet is no prefix length from 0 to 128");
  }
  return check_addresses("ipStrategy.excludedIPs", strategy.excluded_ips);
}

base::Result<void> check_kind(const SourceCriterion& source) {
  const int count =
      (source.ip_strategy ? 1 : 0) + (source.request_host ? 1 : 0) + (source.request_header_name.empty() ? 0 : 1);
  if (count > 1) return wrong("sourceCriterion: only one of ipStrategy, requestHeaderName and requestHost may be set");
  return source.ip_strategy ? check_kind(*source.ip_strategy) : base::Result<void>();
}

base::Result<void> check_kind(const AddPrefix& add) {
  if (add.prefix.empty()) return wrong("addPrefix.prefix is missing");
  return {};
}

base::Result<void> check_kind(const StripPrefixRegex& strip) {
  for (const auto& regex : strip.regex) BASE_CHECK(check_regexp("stripPrefixRegex.regex", base::trim(regex)));
  return {};
}

base::Result<void> check_kind(const ReplacePathRegex& replace) {
  return check_regexp("replacePathRegex.regex", base::trim(replace.regex));
}

base::Result<void> check_kind(const RedirectRegex& redirect) {
  return check_regexp("redirectRegex.regex", redirect.regex);
}

base::Result<void> check_kind(const RedirectScheme& redirect) {
  if (redirect.scheme.empty()) return wrong("redirectScheme.scheme is missing: write https");
  return {};
}

base::Result<void> check_kind(const Headers& headers) {
  if (headers == Headers()) return wrong("headers: no option is set");
  for (const auto& regex : headers.access_control_allow_origin_list_regex) {
    BASE_CHECK(check_regexp("headers.accessControlAllowOriginListRegex", regex));
  }
  return {};
}

// A user is `parts` texts with colons between them; the last one may hold colons where there are two. Never quoted: it
// has a hash in it.
base::Result<void> check_users(std::string_view option, const std::vector<std::string>& users, std::size_t parts,
                               std::string_view form) {
  for (std::size_t i = 0; i < users.size(); ++i) {
    const auto found = base::split(users[i], ':').size();
    if (parts == 2 ? found < parts : found != parts) {
      return wrong("{}: the {}. entry is not of the form {}", option, i + 1, form);
    }
  }
  return {};
}

base::Result<void> check_kind(const BasicAuth& auth) {
  return check_users("basicAuth.users", auth.users, 2, "name:hash; in a compose file each $ of a hash is written $$");
}

base::Result<void> check_kind(const DigestAuth& auth) {
  return check_users("digestAuth.users", auth.users, 3, "name:realm:hash");
}

base::Result<void> check_kind(const ForwardAuth& auth) {
  if (auth.address.empty()) return wrong("forwardAuth.address is missing");
  if (auth.auth_response_headers_regex.empty()) return {};
  return check_regexp("forwardAuth.authResponseHeadersRegex", auth.auth_response_headers_regex);
}

base::Result<void> check_kind(const IpAllowList& list) {
  if (list.source_range.empty()) return wrong("ipAllowList.sourceRange is empty: nobody would pass");
  BASE_CHECK(check_addresses("ipAllowList.sourceRange", list.source_range));
  // 0 is the default of 403, as in Traefik.
  if (list.reject_status_code != 0 && (list.reject_status_code < 100 || list.reject_status_code > 599)) {
    return wrong("ipAllowList.rejectStatusCode: {} is no status code", list.reject_status_code);
  }
  return list.ip_strategy ? check_kind(*list.ip_strategy) : base::Result<void>();
}

base::Result<void> check_kind(const RateLimit& limit) {
  if (limit.period < Duration{}) return wrong("rateLimit.period is below 0");
  if (limit.average < 0) return wrong("rateLimit.average is below 0; 0 is no limit");
  return limit.source_criterion ? check_kind(*limit.source_criterion) : base::Result<void>();
}

base::Result<void> check_kind(const InFlightReq& limit) {
  if (limit.amount < 0) return wrong("inFlightReq.amount is below 0");
  return limit.source_criterion ? check_kind(*limit.source_criterion) : base::Result<void>();
}

base::Result<void> check_kind(const Compress& compress) {
  if (!compress.excluded_content_types.empty() && !compress.included_content_types.empty()) {
    return wrong("compress: only one of excludedContentTypes and includedContentTypes may be set");
  }
  if (compress.encodings.empty()) return wrong("compress.encodings is empty: name gzip, br or zstd");
  for (const auto& encoding : compress.encodings) {
    BASE_CHECK(check_one_of("compress.encodings", encoding, {"gzip", "br", "zstd"}));
  }
  if (compress.default_encoding.empty()) return {};
  return check_one_of("compress.defaultEncoding", compress.default_encoding,
                      {compress.encodings.begin(), compress.encodings.end()});
}

base::Result<void> check_kind(const Buffering& buffering) {
  const std::array limits = {std::pair{"maxRequestBodyBytes", buffering.max_request_body_bytes},
                             std::pair{"memRequestBodyBytes", buffering.mem_request_body_bytes},
                             std::pair{"maxResponseBodyBytes", buffering.max_response_body_bytes},
                             std::pair{"memResponseBodyBytes", buffering.mem_response_body_bytes}};
  for (const auto& [name, value] : limits) {
    if (value < 0) return wrong("buffering.{} is below 0; 0 is no limit", name);
  }
  return {};
}

base::Result<void> check_ranges(std::string_view option, const std::vector<std::string>& status) {
  const auto ranges = StatusRanges::parse(status);
  if (!ranges) return base::fail(ranges.error().within(option));
  return {};
}

base::Result<void> check_kind(const Retry& retry) {
  if (retry.attempts <= 0) return wrong("retry.attempts is missing, or below 1");
  if (retry.initial_interval < Duration{}) return wrong("retry.initialInterval is below 0");
  return check_ranges("retry.status", retry.status);
}

base::Result<void> check_kind(const ErrorPages& errors) {
  if (errors.service.empty()) return wrong("errors.service is missing: name the service that has the pages");
  for (const auto& [from, to] : errors.status_rewrites) {
    BASE_CHECK(check_ranges("errors.statusRewrites", {from}));
    BASE_CHECK(check_ranges("errors.statusRewrites." + from, {std::to_string(to)}));
  }
  return check_ranges("errors.status", errors.status);
}

base::Result<void> check_kind(const CircuitBreaker& breaker) {
  if (breaker.expression.empty()) return wrong("circuitBreaker.expression is missing");
  return {};
}

template <class T>
base::Result<void> check_set(const std::optional<T>& kind) {
  return kind ? check_kind(*kind) : base::Result<void>();
}

template <class... T>
base::Result<void> check_all(const std::optional<T>&... kinds) {
  base::Result<void> result;
  const auto fine = [&](const auto& kind) { return (result = check_set(kind)).has_value(); };
  static_cast<void>((fine(kinds) && ...));
  return result;
}

}  // namespace

base::Result<void> check(const Middleware& middleware) {
  BASE_TRY(const auto kind, only_kind(middleware));
  const auto& m = middleware;
  BASE_CHECK(check_all(m.add_prefix, m.strip_prefix_regex, m.replace_path_regex, m.redirect_regex, m.redirect_scheme,
                       m.headers, m.basic_auth, m.digest_auth, m.forward_auth, m.ip_allow_list, m.ip_white_list,
                       m.rate_limit, m.in_flight_req, m.compress, m.buffering, m.retry, m.errors, m.circuit_breaker));
  // Leaving a middleware out could open what it was to guard.
  const auto unsupported = unsupported_options(middleware);
  if (std::ranges::find(unsupported, kind) != unsupported.end()) {
    return base::fail(base::ErrorCode::kUnsupported, base::Fault::kOperator,
                      fmt::format("the middleware type {} is not supported yet: remove it from the router", kind));
  }
  return {};
}

base::Result<void> check(const TcpMiddleware& middleware) {
  BASE_CHECK(only_kind(middleware));
  if (middleware.in_flight_conn && middleware.in_flight_conn->amount < 0)
    return wrong("inFlightConn.amount is below 0");
  for (const auto* list : {&middleware.ip_allow_list, &middleware.ip_white_list}) {
    if (!*list) continue;
    if ((*list)->source_range.empty()) return wrong("ipAllowList.sourceRange is empty: nobody would pass");
    BASE_CHECK(check_addresses("ipAllowList.sourceRange", (*list)->source_range));
  }
  return {};
}

}  // namespace gatehouse::model
