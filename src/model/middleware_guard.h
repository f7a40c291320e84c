// Middlewares that decide who may pass and how often. Options and defaults are Traefik's. Pure values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "model/duration.h"
#include "model/tls.h"
#include "model/trait.h"

namespace gatehouse::model {

struct BasicAuth {
  std::vector<std::string> users;  // name:hash; before those of the file
  std::string users_file;
  std::string realm;  // empty: traefik
  bool remove_header = false;
  std::string header_field;

  bool operator==(const BasicAuth&) const = default;
  static void fields(auto& field) {
    field("users", &BasicAuth::users, trait::kSensitive);
    field("usersFile", &BasicAuth::users_file);
    field("realm", &BasicAuth::realm);
    field("removeHeader", &BasicAuth::remove_header);
    field("headerField", &BasicAuth::header_field);
  }
};

struct DigestAuth {
  std::vector<std::string> users;  // name:realm:md5
  std::string users_file;
  bool remove_header = false;
  std::string realm;  // empty: traefik
  std::string header_field;

  bool operator==(const DigestAuth&) const = default;
  static void fields(auto& field) {
    field("users", &DigestAuth::users, trait::kSensitive);
    field("usersFile", &DigestAuth::users_file);
    field("removeHeader", &DigestAuth::remove_header);
    field("realm", &DigestAuth::realm);
    field("headerField", &DigestAuth::header_field);
  }
};

struct ForwardAuth {
  std::string address;
  std::optional<ClientTls> tls;
  bool trust_forward_header = false;
  std::vector<std::string> auth_response_headers;
  std::string auth_response_headers_regex;
  std::vector<std::string> auth_request_headers;
  std::vector<std::string> add_auth_cookies_to_response;
  std::string header_field;
  bool forward_body = false;
  std::int64_t max_body_size = -1;           // bytes; -1: no limit
  std::int64_t max_response_body_size = -1;  // bytes; -1: no limit
  bool preserve_location_header = false;
  bool preserve_request_method = false;
  std::string auth_signin_url;

  bool operator==(const ForwardAuth&) const = default;
  static void fields(auto& field) {
    field("address", &ForwardAuth::address);
    field("tls", &ForwardAuth::tls);
    field("trustForwardHeader", &ForwardAuth::trust_forward_header);
    field("authResponseHeaders", &ForwardAuth::auth_response_headers);
    field("authResponseHeadersRegex", &ForwardAuth::auth_response_headers_regex);
    field("authRequestHeaders", &ForwardAuth::auth_request_headers);
    field("addAuthCookiesToResponse", &ForwardAuth::add_auth_cookies_to_response);
    field("headerField", &ForwardAuth::header_field);
    field("forwardBody", &ForwardAuth::forward_body);
    field("maxBodySize", &ForwardAuth::max_body_size);
    field("maxResponseBodySize", &ForwardAuth::max_response_body_size);
    field("preserveLocationHeader", &ForwardAuth::preserve_location_header);
    field("preserveRequestMethod", &ForwardAuth::preserve_request_method);
    field("authSigninURL", &ForwardAuth::auth_signin_url);
  }
};

// Which address is the client's; without it the peer's.
struct IpStrategy {
  std::int64_t depth = 0;                   // n-th from the right in X-Forwarded-For; 0: the peer
  std::vector<std::string> excluded_ips;    // skipped from the right in X-Forwarded-For
  std::optional<std::int64_t> ipv6_subnet;  // prefix length that IPv6 addresses are cut to

  bool operator==(const IpStrategy&) const = default;
  static void fields(auto& field) {
    field("depth", &IpStrategy::depth);
    field("excludedIPs", &IpStrategy::excluded_ips);
    field("ipv6Subnet", &IpStrategy::ipv6_subnet);
  }
};

// ipAllowList, and ipWhiteList under its old name.
struct IpAllowList {
  std::vector<std::string> source_range;
  std::optional<IpStrategy> ip_strategy;
  std::int64_t reject_status_code = 403;

  bool operator==(const IpAllowList&) const = default;
  static void fields(auto& field) {
    field("sourceRange", &IpAllowList::source_range);
    field("ipStrategy", &IpAllowList::ip_strategy, trait::kBare);
    field("rejectStatusCode", &IpAllowList::reject_status_code, trait::kBare);
  }
};

// Who is counted together; at most one may be set.
struct SourceCriterion {
  std::optional<IpStrategy> ip_strategy;
  std::string request_header_name;
  bool request_host = false;

  bool operator==(const SourceCriterion&) const = default;
  static void fields(auto& field) {
    field("ipStrategy", &SourceCriterion::ip_strategy, trait::kBare);
    field("requestHeaderName", &SourceCriterion::request_header_name);
    field("requestHost", &SourceCriterion::request_host);
  }
};

struct Redis {
  std::vector<std::string> endpoints = {"localhost:6379"};
  std::optional<ClientTls> tls;
  std::string username;
  base::Secret password;
  std::int64_t db = 0;
  std::int64_t pool_size = 0;
  std::int64_t min_idle_conns = 0;
  std::int64_t max_active_conns = 0;
  Duration read_timeout = std::chrono::seconds(3);
  Duration write_timeout = std::chrono::seconds(3);
  Duration dial_timeout = std::chrono::seconds(5);

  bool operator==(const Redis&) const = default;
  static void fields(auto& field) {
    field("endpoints", &Redis::endpoints);
    field("tls", &Redis::tls);
    field("username", &Redis::username);
    field("password", &Redis::password);
    field("db", &Redis::db);
    field("poolSize", &Redis::pool_size);
    field("minIdleConns", &Redis::min_idle_conns);
    field("maxActiveConns", &Redis::max_active_conns);
    field("readTimeout", &Redis::read_timeout);
    field("writeTimeout", &Redis::write_timeout);
    field("dialTimeout", &Redis::dial_timeout);
  }
};

struct RateLimit {
  std::int64_t average = 0;  // requests a period; 0: no limit
  Duration period = std::chrono::seconds(1);
  std::int64_t burst = 1;
  std::optional<SourceCriterion> source_criterion;
  std::optional<Redis> redis;

  bool operator==(const RateLimit&) const = default;
  static void fields(auto& field) {
    field("average", &RateLimit::average);
    field("period", &RateLimit::period);
    field("burst", &RateLimit::burst);
    field("sourceCriterion", &RateLimit::source_criterion);
    field("redis", &RateLimit::redis, trait::kUnsupported);
  }
};

struct InFlightReq {
  std::int64_t amount = 0;
  std::optional<SourceCriterion> source_criterion;

  bool operator==(const InFlightReq&) const = default;
  static void fields(auto& field) {
    field("amount", &InFlightReq::amount);
    field("sourceCriterion", &InFlightReq::source_criterion);
  }
};

struct CertificateSubject {
  bool country = false;
  bool province = false;
  bool locality = false;
  bool organization = false;
  bool organizational_unit = false;
  bool common_name = false;
  bool serial_number = false;
  bool domain_component = false;

  bool operator==(const CertificateSubject&) const = default;
  static void fields(auto& field) {
    field("country", &CertificateSubject::country);
    field("province", &CertificateSubject::province);
    field("locality", &CertificateSubject::locality);
    field("organization", &CertificateSubject::organization);
    field("organizationalUnit", &CertificateSubject::organizational_unit);
    field("commonName", &CertificateSubject::common_name);
    field("serialNumber", &CertificateSubject::serial_number);
    field("domainComponent", &CertificateSubject::domain_component);
  }
};

struct CertificateIssuer {
  bool country = false;
  bool province = false;
  bool locality = false;
  bool organization = false;
  bool common_name = false;
  bool serial_number = false;
  bool domain_component = false;

  bool operator==(const CertificateIssuer&) const = default;
  static void fields(auto& field) {
    field("country", &CertificateIssuer::country);
    field("province", &CertificateIssuer::province);
    field("locality", &CertificateIssuer::locality);
    field("organization", &CertificateIssuer::organization);
    field("commonName", &CertificateIssuer::common_name);
    field("serialNumber", &CertificateIssuer::serial_number);
    field("domainComponent", &CertificateIssuer::domain_component);
  }
};

struct ClientCertInfo {
  bool not_after = false;
  bool not_before = false;
  bool sans = false;
  bool serial_number = false;
  std::optional<CertificateSubject> subject;
  std::optional<CertificateIssuer> issuer;

  bool operator==(const ClientCertInfo&) const = default;
  static void fields(auto& field) {
    field("notAfter", &ClientCertInfo::not_after);
    field("notBefore", &ClientCertInfo::not_before);
    field("sans", &ClientCertInfo::sans);
    field("serialNumber", &ClientCertInfo::serial_number);
    field("subject", &ClientCertInfo::subject);
    field("issuer", &ClientCertInfo::issuer);
  }
};

struct PassTlsClientCert {
  bool pem = false;
  std::optional<ClientCertInfo> info;

  bool operator==(const PassTlsClientCert&) const = default;
  static void fields(auto& field) {
    field("pem", &PassTlsClientCert::pem);
    field("info", &PassTlsClientCert::info);
  }
};

}  // namespace gatehouse::model
