#include "edge/middleware/security_headers.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace gatehouse::edge {

namespace {

std::string strict_transport_security(const model::Headers& config) {
  // While developing, a browser must not learn that the host speaks TLS only.
  if (config.sts_seconds <= 0 || config.is_development) return {};
  return fmt::format("max-age={}{}{}", config.sts_seconds, config.sts_include_subdomains ? "; includeSubDomains" : "",
                     config.sts_preload ? "; preload" : "");
}

std::vector<std::pair<std::string, std::string>> fixed_fields(const model::Headers& config) {
  std::vector<std::pair<std::string, std::string>> fields;
  const auto add = [&fields](std::string_view name, std::string_view value) {
    if (!value.empty()) fields.emplace_back(name, value);
  };
  add("X-Frame-Options", !config.custom_frame_options_value.empty() ? config.custom_frame_options_value
                         : config.frame_deny                        ? std::string("DENY")
                                                                    : std::string());
  add("X-Content-Type-Options", config.content_type_nosniff ? "nosniff" : "");
  add("X-XSS-Protection", !config.custom_browser_xss_value.empty() ? config.custom_browser_xss_value
                          : config.browser_xss_filter              ? std::string("1; mode=block")
                                                                   : std::string());
  add("Content-Security-Policy", config.content_security_policy);
  add("Content-Security-Policy-Report-Only", config.content_security_policy_report_only);
  add("Referrer-Policy", config.referrer_policy);
  add("Permissions-Policy", config.permissions_policy);
  return fields;
}

}  // namespace

SecurityHeaders::SecurityHeaders(const model::Headers& config)
    : allowed_hosts_(config.is_development ? std::vector<std::string>() : config.allowed_hosts),
      host_headers_(config.hosts_proxy_headers),
      proxy_headers_(config.ssl_proxy_headers.begin(), config.ssl_proxy_headers.end()),
      fields_(fixed_fields(config)),
      sts_(strict_transport_security(config)),
      force_sts_(config.force_sts_header),
      public_key_(config.is_development ? "" : config.public_key) {}

bool SecurityHeaders::allows_host(const Exchange& exchange) const {
  if (allowed_hosts_.empty()) return true;
  std::string_view host = exchange.target.authority;
  for (const auto& name : host_headers_) {
    if (const auto value = exchange.request.fields.get(name); !value.empty()) {
      host = value;
      break;
    }
  }
  return std::ranges::any_of(allowed_hosts_, [host](const auto& allowed) { return base::iequals(allowed, host); });
}

bool SecurityHeaders::is_secure(const Exchange& exchange) const {
  if (exchange.client().secure) return true;
  return std::ranges::any_of(proxy_headers_, [&exchange](const auto& header) {
    return !header.second.empty() && exchange.request.fields.get(header.first) == header.second;
  });
}

void SecurityHeaders::apply(http::Fields& response, bool secure) const {
  for (const auto& [name, value] : fields_) response.set(name, value);
  if (!sts_.empty() && (secure || force_sts_)) response.set(http::FieldId::kStrictTransportSecurity, sts_);
  if (!public_key_.empty() && secure) response.set("Public-Key-Pins", public_key_);
}

}  // namespace gatehouse::edge
