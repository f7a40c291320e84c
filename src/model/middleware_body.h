// Middlewares that work on bodies, repeat requests or answer in place of a service. Options and defaults are Traefik's.
// Pure values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/duration.h"
#include "model/trait.h"

namespace gatehouse::model {

struct Compress {
  std::vector<std::string> excluded_content_types;
  std::vector<std::string> included_content_types;
  std::int64_t min_response_body_bytes = 1024;
  std::vector<std::string> encodings = {"gzip", "br", "zstd"};
  std::string default_encoding;

  bool operator==(const Compress&) const = default;
  static void fields(auto& field) {
    field("excludedContentTypes", &Compress::excluded_content_types);
    field("includedContentTypes", &Compress::included_content_types);
    field("minResponseBodyBytes", &Compress::min_response_body_bytes);
    field("encodings", &Compress::encodings);
    field("defaultEncoding", &Compress::default_encoding);
  }
};

struct Buffering {
  std::int64_t max_request_body_bytes = 0;  // 0: no limit
  std::int64_t mem_request_body_bytes = 1048576;
  std::int64_t max_response_body_bytes = 0;  // 0: no limit
  std::int64_t mem_response_body_bytes = 1048576;
  std::string retry_expression;

  bool operator==(const Buffering&) const = default;
  static void fields(auto& field) {
    field("maxRequestBodyBytes", &Buffering::max_request_body_bytes);
    field("memRequestBodyBytes", &Buffering::mem_request_body_bytes);
    field("maxResponseBodyBytes", &Buffering::max_response_body_bytes);
    field("memResponseBodyBytes", &Buffering::mem_response_body_bytes);
    field("retryExpression", &Buffering::retry_expression);
  }
};

struct Retry {
  std::int64_t attempts = 0;
  Duration initial_interval{};      // doubles at each attempt; 0: at once
  Duration timeout{};               // 0: none
  std::vector<std::string> status;  // codes and ranges
  bool disable_retry_on_network_error = false;
  bool retry_non_idempotent_method = false;
  std::int64_t max_request_body_bytes = 2097152;

  bool operator==(const Retry&) const = default;
  static void fields(auto& field) {
    field("attempts", &Retry::attempts);
    field("initialInterval", &Retry::initial_interval);
    field("timeout", &Retry::timeout);
    field("status", &Retry::status);
    field("disableRetryOnNetworkError", &Retry::disable_retry_on_network_error);
    field("retryNonIdempotentMethod", &Retry::retry_non_idempotent_method);
    field("maxRequestBodyBytes", &Retry::max_request_body_bytes);
  }
};

struct CircuitBreaker {
  std::string expression;
  Duration check_period = std::chrono::milliseconds(100);
  Duration fallback_duration = std::chrono::seconds(10);
  Duration recovery_duration = std::chrono::seconds(10);
  std::int64_t response_code = 503;

  bool operator==(const CircuitBreaker&) const = default;
  static void fields(auto& field) {
    field("expression", &CircuitBreaker::expression);
    field("checkPeriod", &CircuitBreaker::check_period);
    field("fallbackDuration", &CircuitBreaker::fallback_duration);
    field("recoveryDuration", &CircuitBreaker::recovery_duration);
    field("responseCode", &CircuitBreaker::response_code);
  }
};

// The errors middleware.
struct ErrorPages {
  std::vector<std::string> status;                      // codes and ranges
  std::map<std::string, std::int64_t> status_rewrites;  // code or range -> code
  std::string service;
  std::string query;                                              // {status}, {originalStatus}, {url}
  std::optional<std::vector<std::string>> error_request_headers;  // unset: all of them

  bool operator==(const ErrorPages&) const = default;
  static void fields(auto& field) {
    field("status", &ErrorPages::status);
    field("statusRewrites", &ErrorPages::status_rewrites);
    field("service", &ErrorPages::service);
    field("query", &ErrorPages::query);
    field("errorRequestHeaders", &ErrorPages::error_request_headers);
  }
};

struct Chain {
  std::vector<std::string> middlewares;

  bool operator==(const Chain&) const = default;
  static void fields(auto& field) { field("middlewares", &Chain::middlewares); }
};

struct ContentType {
  bool auto_detect = false;  // deprecated

  bool operator==(const ContentType&) const = default;
  static void fields(auto& field) { field("autoDetect", &ContentType::auto_detect); }
};

struct GrpcWeb {
  std::vector<std::string> allow_origins;

  bool operator==(const GrpcWeb&) const = default;
  static void fields(auto& field) { field("allowOrigins", &GrpcWeb::allow_origins); }
};

}  // namespace gatehouse::model
