// http.services.<name>: where requests go. Exactly one kind of an HttpService is set; check() in model/check.h says so.
// Pure values; defaults are Traefik's.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/duration.h"
#include "model/trait.h"

namespace gatehouse::model {

// One backend. Files give the URL; labels give port and scheme, and discovery makes the URL of them and the address.
struct Server {
  std::string url;
  std::optional<std::int64_t> weight;  // unset: 1; 0 or less: no requests
  bool preserve_path = false;          // the path of the URL is put before the request's
  bool fenced = false;                 // taken out of rotation, finishes what it has (draining)
  std::string scheme;
  std::string port;

  bool operator==(const Server&) const = default;
  static void fields(auto& field) {
    field("url", &Server::url);
    field("weight", &Server::weight);
    field("preservePath", &Server::preserve_path);
    field("fenced", &Server::fenced);
    field("scheme", &Server::scheme, trait::kLabelsOnly);
    field("port", &Server::port, trait::kLabelsOnly);
  }
};

struct Cookie {
  std::string name;  // empty: derived from the service's name
  bool secure = false;
  bool http_only = false;
  std::string same_site;     // none, lax, strict; empty: not sent
  std::int64_t max_age = 0;  // seconds; 0: session; negative: expired
  std::string path = "/";
  std::string domain;

  bool operator==(const Cookie&) const = default;
  static void fields(auto& field) {
    field("name", &Cookie::name);
    field("secure", &Cookie::secure);
    field("httpOnly", &Cookie::http_only);
    field("sameSite", &Cookie::same_site);
    field("maxAge", &Cookie::max_age);
    field("path", &Cookie::path);
    field("domain", &Cookie::domain);
  }
};

struct Sticky {
  std::optional<Cookie> cookie;

  bool operator==(const Sticky&) const = default;
  static void fields(auto& field) { field("cookie", &Sticky::cookie, trait::kBare); }
};

struct HealthCheck {
  std::string scheme;
  std::string mode = "http";  // or grpc
  std::string path;
  std::string method;       // empty: GET
  std::int64_t status = 0;  // 0: any of 200..399
  std::int64_t port = 0;    // 0: the server's
  Duration interval = std::chrono::seconds(30);
  std::optional<Duration> unhealthy_interval;  // unset: interval
  Duration timeout = std::chrono::seconds(5);
  std::string hostname;
  bool follow_redirects = true;
  std::map<std::string, std::string> headers;

  bool operator==(const HealthCheck&) const = default;
  static void fields(auto& field) {
    field("scheme", &HealthCheck::scheme);
    field("mode", &HealthCheck::mode);
    field("path", &HealthCheck::path);
    field("method", &HealthCheck::method);
    field("status", &HealthCheck::status);
    field("port", &HealthCheck::port);
    field("interval", &HealthCheck::interval);
    field("unhealthyInterval", &HealthCheck::unhealthy_interval);
    field("timeout", &HealthCheck::timeout);
    field("hostname", &HealthCheck::hostname);
    field("followRedirects", &HealthCheck::follow_redirects);
    field("headers", &HealthCheck::headers);
  }
};

struct PassiveHealthCheck {
  Duration failure_window = std::chrono::seconds(10);
  std::int64_t max_failed_attempts = 1;

  bool operator==(const PassiveHealthCheck&) const = default;
  static void fields(auto& field) {
    field("failureWindow", &PassiveHealthCheck::failure_window);
    field("maxFailedAttempts", &PassiveHealthCheck::max_failed_attempts);
  }
};

struct ResponseForwarding {
  Duration flush_interval = std::chrono::milliseconds(100);  // negative: after every write

  bool operator==(const ResponseForwarding&) const = default;
  static void fields(auto& field) { field("flushInterval", &ResponseForwarding::flush_interval); }
};

struct LoadBalancer {
  std::optional<Sticky> sticky;
  std::vector<Server> servers;
  std::string strategy = "wrr";  // wrr, p2c, hrw, leasttime
  std::optional<HealthCheck> health_check;
  std::optional<PassiveHealthCheck> passive_health_check;
  bool pass_host_header = true;
  ResponseForwarding response_forwarding;
  std::string servers_transport;

  bool operator==(const LoadBalancer&) const = default;
  static void fields(auto& field) {
    field("sticky", &LoadBalancer::sticky, trait::kBare);
    field("servers", &LoadBalancer::servers, 0U, "server");
    field("strategy", &LoadBalancer::strategy);
    field("healthCheck", &LoadBalancer::health_check);
    field("passiveHealthCheck", &LoadBalancer::passive_health_check);
    field("passHostHeader", &LoadBalancer::pass_host_header);
    field("responseForwarding", &LoadBalancer::response_forwarding);
    field("serversTransport", &LoadBalancer::servers_transport);
  }
};

// `healthCheck: {}` of a service of services: its health is that of its children.
struct InheritedHealth {
  bool operator==(const InheritedHealth&) const = default;
  static void fields(auto&) {}
};

struct WeightedServiceRef {
  std::string name;
  std::int64_t weight = 1;

  bool operator==(const WeightedServiceRef&) const = default;
  static void fields(auto& field) {
    field("name", &WeightedServiceRef::name);
    field("weight", &WeightedServiceRef::weight);
  }
};

struct Weighted {
  std::vector<WeightedServiceRef> services;
  std::optional<Sticky> sticky;
  std::optional<InheritedHealth> health_check;

  bool operator==(const Weighted&) const = default;
  static void fields(auto& field) {
    field("services", &Weighted::services);
    field("sticky", &Weighted::sticky, trait::kBare);
    field("healthCheck", &Weighted::health_check, trait::kBare);
  }
};

struct Mirror {
  std::string name;
  std::int64_t percent = 0;

  bool operator==(const Mirror&) const = default;
  static void fields(auto& field) {
    field("name", &Mirror::name);
    field("percent", &Mirror::percent);
  }
};

struct Mirroring {
  std::string service;
  bool mirror_body = true;
  std::int64_t max_body_size = -1;  // bytes; -1: no limit
  std::vector<Mirror> mirrors;
  std::optional<InheritedHealth> health_check;

  bool operator==(const Mirroring&) const = default;
  static void fields(auto& field) {
    field("service", &Mirroring::service);
    field("mirrorBody", &Mirroring::mirror_body);
    field("maxBodySize", &Mirroring::max_body_size);
    field("mirrors", &Mirroring::mirrors);
    field("healthCheck", &Mirroring::health_check, trait::kBare);
  }
};

struct FailoverErrors {
  std::vector<std::string> status;  // codes and ranges: 500-599
  std::int64_t max_request_body_bytes = -1;

  bool operator==(const FailoverErrors&) const = default;
  static void fields(auto& field) {
    field("status", &FailoverErrors::status);
    field("maxRequestBodyBytes", &FailoverErrors::max_request_body_bytes);
  }
};

struct Failover {
  std::string service;
  std::string fallback;
  std::optional<InheritedHealth> health_check;
  std::optional<FailoverErrors> errors;

  bool operator==(const Failover&) const = default;
  static void fields(auto& field) {
    field("service", &Failover::service);
    field("fallback", &Failover::fallback);
    field("healthCheck", &Failover::health_check, trait::kBare);
    field("errors", &Failover::errors);
  }
};

struct HighestRandomWeight {
  std::vector<WeightedServiceRef> services;
  std::optional<InheritedHealth> health_check;

  bool operator==(const HighestRandomWeight&) const = default;
  static void fields(auto& field) {
    field("services", &HighestRandomWeight::services);
    field("healthCheck", &HighestRandomWeight::health_check, trait::kBare);
  }
};

struct HttpService {
  std::optional<LoadBalancer> load_balancer;
  std::optional<Weighted> weighted;
  std::optional<Mirroring> mirroring;
  std::optional<Failover> failover;
  std::optional<HighestRandomWeight> highest_random_weight;
  std::vector<std::string> middlewares;  // run after the router's

  bool operator==(const HttpService&) const = default;
  static void fields(auto& field) {
    field("loadBalancer", &HttpService::load_balancer);
    field("weighted", &HttpService::weighted, trait::kNotInLabels);
    field("mirroring", &HttpService::mirroring, trait::kNotInLabels);
    field("failover", &HttpService::failover, trait::kNotInLabels);
    field("highestRandomWeight", &HttpService::highest_random_weight, trait::kNotInLabels);
    field("middlewares", &HttpService::middlewares);
  }
};

}  // namespace gatehouse::model
