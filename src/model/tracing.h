// tracing of the static configuration. Pure values; defaults are Traefik's.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/anything.h"
#include "model/tls.h"
#include "model/trait.h"

namespace gatehouse::model {

struct OtlpHttp {
  std::string endpoint = "https://localhost:4318";  // without a path: /v1/traces
  std::optional<ClientTls> tls;
  std::map<std::string, std::string> headers;

  bool operator==(const OtlpHttp&) const = default;
  static void fields(auto& field) {
    field("endpoint", &OtlpHttp::endpoint);
    field("tls", &OtlpHttp::tls);
    field("headers", &OtlpHttp::headers, trait::kSensitive);
  }
};

struct TracingOtlp {
  std::optional<OtlpHttp> http;
  Anything grpc;

  bool operator==(const TracingOtlp&) const = default;
  static void fields(auto& field) {
    field("http", &TracingOtlp::http, trait::kBare);
    field("grpc", &TracingOtlp::grpc, trait::kBare | trait::kUnsupported);
  }
};

struct Tracing {
  std::string service_name = "traefik";
  std::map<std::string, std::string> resource_attributes;
  std::map<std::string, std::string> global_attributes;  // the older name
  std::vector<std::string> captured_request_headers;
  std::vector<std::string> captured_response_headers;
  std::vector<std::string> safe_query_params;  // shown; others are redacted
  double sample_rate = 1.0;
  bool add_internals = false;
  std::optional<TracingOtlp> otlp;

  bool operator==(const Tracing&) const = default;
  static void fields(auto& field) {
    field("serviceName", &Tracing::service_name);
    field("resourceAttributes", &Tracing::resource_attributes);
    field("globalAttributes", &Tracing::global_attributes);
    field("capturedRequestHeaders", &Tracing::captured_request_headers);
    field("capturedResponseHeaders", &Tracing::captured_response_headers);
    field("safeQueryParams", &Tracing::safe_query_params);
    field("sampleRate", &Tracing::sample_rate);
    field("addInternals", &Tracing::add_internals);
    field("otlp", &Tracing::otlp, trait::kBare);
  }
};

}  // namespace gatehouse::model
