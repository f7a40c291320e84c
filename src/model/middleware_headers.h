// The headers middleware: custom headers, CORS and security headers. Options and defaults are Traefik's. Pure values.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace gatehouse::model {

struct Headers {
  std::map<std::string, std::string> custom_request_headers;  // an empty value removes the header
  std::map<std::string, std::string> custom_response_headers;
  bool access_control_allow_credentials = false;
  std::vector<std::string> access_control_allow_headers;
  std::vector<std::string> access_control_allow_methods;
  std::vector<std::string> access_control_allow_origin_list;
  std::vector<std::string> access_control_allow_origin_list_regex;
  std::vector<std::string> access_control_expose_headers;
  std::int64_t access_control_max_age = 0;  // seconds
  bool add_vary_header = false;
  std::vector<std::string> allowed_hosts;
  std::vector<std::string> hosts_proxy_headers;
  std::map<std::string, std::string> ssl_proxy_headers;
  std::int64_t sts_seconds = 0;
  bool sts_include_subdomains = false;
  bool sts_preload = false;
  bool force_sts_header = false;
  bool frame_deny = false;
  std::string custom_frame_options_value;
  bool content_type_nosniff = false;
  bool browser_xss_filter = false;
  std::string custom_browser_xss_value;
  std::string content_security_policy;
  std::string content_security_policy_report_only;
  std::string public_key;
  std::string referrer_policy;
  std::string permissions_policy;
  bool is_development = false;
  bool ssl_redirect = false;  // deprecated, without effect; so are the next four
  bool ssl_temporary_redirect = false;
  std::string ssl_host;
  bool ssl_force_host = false;
  std::string feature_policy;

  bool operator==(const Headers&) const = default;
  static void fields(auto& field) {
    field("customRequestHeaders", &Headers::custom_request_headers);
    field("customResponseHeaders", &Headers::custom_response_headers);
    field("accessControlAllowCredentials", &Headers::access_control_allow_credentials);
    field("accessControlAllowHeaders", &Headers::access_control_allow_headers);
    field("accessControlAllowMethods", &Headers::access_control_allow_methods);
    field("accessControlAllowOriginList", &Headers::access_control_allow_origin_list);
    field("accessControlAllowOriginListRegex", &Headers::access_control_allow_origin_list_regex);
    field("accessControlExposeHeaders", &Headers::access_control_expose_headers);
    field("accessControlMaxAge", &Headers::access_control_max_age);
    field("addVaryHeader", &Headers::add_vary_header);
    field("allowedHosts", &Headers::allowed_hosts);
    field("hostsProxyHeaders", &Headers::hosts_proxy_headers);
    field("sslProxyHeaders", &Headers::ssl_proxy_headers);
    field("stsSeconds", &Headers::sts_seconds);
    field("stsIncludeSubdomains", &Headers::sts_include_subdomains);
    field("stsPreload", &Headers::sts_preload);
    field("forceSTSHeader", &Headers::force_sts_header);
    field("frameDeny", &Headers::frame_deny);
    field("customFrameOptionsValue", &Headers::custom_frame_options_value);
    field("contentTypeNosniff", &Headers::content_type_nosniff);
    field("browserXssFilter", &Headers::browser_xss_filter);
    field("customBrowserXSSValue", &Headers::custom_browser_xss_value);
    field("contentSecurityPolicy", &Headers::content_security_policy);
    field("contentSecurityPolicyReportOnly", &Headers::content_security_policy_report_only);
    field("publicKey", &Headers::public_key);
    field("referrerPolicy", &Headers::referrer_policy);
    field("permissionsPolicy", &Headers::permissions_policy);
    field("isDevelopment", &Headers::is_development);
    field("sslRedirect", &Headers::ssl_redirect);
    field("sslTemporaryRedirect", &Headers::ssl_temporary_redirect);
    field("sslHost", &Headers::ssl_host);
    field("sslForceHost", &Headers::ssl_force_host);
    field("featurePolicy", &Headers::feature_policy);
  }
};

}  // namespace gatehouse::model
