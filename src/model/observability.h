// log, accessLog, metrics, ping and api of the static configuration. Pure values; defaults are Traefik's.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/anything.h"
#include "model/duration.h"
#include "model/trait.h"

namespace gatehouse::model {

// log.*: the processes' own log.
struct LogConfig {
  std::string level = "ERROR";    // TRACE, DEBUG, INFO, WARN, ERROR, FATAL, PANIC
  std::string format = "common";  // or json
  bool no_color = false;
  std::string file_path;      // empty: standard output
  std::int64_t max_size = 0;  // MB
  std::int64_t max_age = 0;   // days
  std::int64_t max_backups = 0;
  bool compress = false;
  Anything otlp;

  bool operator==(const LogConfig&) const = default;
  static void fields(auto& field) {
    field("level", &LogConfig::level);
    field("format", &LogConfig::format);
    field("noColor", &LogConfig::no_color);
    field("filePath", &LogConfig::file_path);
    field("maxSize", &LogConfig::max_size);
    field("maxAge", &LogConfig::max_age);
    field("maxBackups", &LogConfig::max_backups);
    field("compress", &LogConfig::compress);
    field("otlp", &LogConfig::otlp, trait::kBare | trait::kUnsupported);
  }
};

struct AccessLogFilters {
  std::vector<std::string> status_codes;  // codes and ranges
  bool retry_attempts = false;
  Duration min_duration{};

  bool operator==(const AccessLogFilters&) const = default;
  static void fields(auto& field) {
    field("statusCodes", &AccessLogFilters::status_codes);
    field("retryAttempts", &AccessLogFilters::retry_attempts);
    field("minDuration", &AccessLogFilters::min_duration);
  }
};

struct FieldHeaders {
  std::string default_mode = "drop";  // keep, drop, redact
  std::map<std::string, std::string> names;

  bool operator==(const FieldHeaders&) const = default;
  static void fields(auto& field) {
    field("defaultMode", &FieldHeaders::default_mode);
    field("names", &FieldHeaders::names);
  }
};

struct FieldQueryParameters {
  std::string default_mode = "keep";
  std::map<std::string, std::string> names;

  bool operator==(const FieldQueryParameters&) const = default;
  static void fields(auto& field) {
    field("defaultMode", &FieldQueryParameters::default_mode);
    field("names", &FieldQueryParameters::names);
  }
};

struct AccessLogFields {
  std::string default_mode = "keep";  // keep, drop
  std::map<std::string, std::string> names;
  FieldHeaders headers;
  std::optional<FieldQueryParameters> query_parameters;

  bool operator==(const AccessLogFields&) const = default;
  static void fields(auto& field) {
    field("defaultMode", &AccessLogFields::default_mode);
    field("names", &AccessLogFields::names);
    field("headers", &AccessLogFields::headers);
    field("queryParameters", &AccessLogFields::query_parameters, trait::kUnsupported);
  }
};

struct AccessLog {
  std::string file_path;          // empty: standard output
  std::string format = "common";  // common, genericCLF, json
  AccessLogFilters filters;
  AccessLogFields field_rules;
  std::int64_t buffering_size = 0;  // lines kept back; 0: none
  bool add_internals = false;
  bool dual_output = false;
  Anything otlp;

  bool operator==(const AccessLog&) const = default;
  static void fields(auto& field) {
    field("filePath", &AccessLog::file_path);
    field("format", &AccessLog::format);
    field("filters", &AccessLog::filters);
    field("fields", &AccessLog::field_rules);
    field("bufferingSize", &AccessLog::buffering_size);
    field("addInternals", &AccessLog::add_internals);
    field("dualOutput", &AccessLog::dual_output);
    field("otlp", &AccessLog::otlp, trait::kBare | trait::kUnsupported);
  }
};

struct Prometheus {
  std::vector<double> buckets = {0.1, 0.3, 1.2, 5.0};  // seconds
  bool add_entry_points_labels = true;
  bool add_routers_labels = false;
  bool add_services_labels = true;
  std::string entry_point = "traefik";
  bool manual_routing = false;
  std::map<std::string, std::string> header_labels;  // label -> request header

  bool operator==(const Prometheus&) const = default;
  static void fields(auto& field) {
    field("buckets", &Prometheus::buckets);
    field("addEntryPointsLabels", &Prometheus::add_entry_points_labels);
    field("addRoutersLabels", &Prometheus::add_routers_labels);
    field("addServicesLabels", &Prometheus::add_services_labels);
    field("entryPoint", &Prometheus::entry_point);
    field("manualRouting", &Prometheus::manual_routing);
    field("headerLabels", &Prometheus::header_labels);
  }
};

struct Metrics {
  bool add_internals = false;
  std::optional<Prometheus> prometheus;
  Anything datadog;
  Anything stats_d;
  Anything influx_db2;
  Anything otlp;

  bool operator==(const Metrics&) const = default;
  static void fields(auto& field) {
    field("addInternals", &Metrics::add_internals);
    field("prometheus", &Metrics::prometheus, trait::kBare);
    field("datadog", &Metrics::datadog, trait::kBare | trait::kUnsupported);
    field("statsD", &Metrics::stats_d, trait::kBare | trait::kUnsupported);
    field("influxDB2", &Metrics::influx_db2, trait::kBare | trait::kUnsupported);
    field("otlp", &Metrics::otlp, trait::kBare | trait::kUnsupported);
  }
};

struct Ping {
  std::string entry_point = "traefik";
  bool manual_routing = false;
  std::int64_t terminating_status_code = 503;  // while draining

  bool operator==(const Ping&) const = default;
  static void fields(auto& field) {
    field("entryPoint", &Ping::entry_point);
    field("manualRouting", &Ping::manual_routing);
    field("terminatingStatusCode", &Ping::terminating_status_code);
  }
};

struct Api {
  std::string base_path = "/";
  bool insecure = false;
  bool dashboard = true;
  bool debug = false;
  bool disable_dashboard_ad = false;
  std::string dashboard_name;

  bool operator==(const Api&) const = default;
  static void fields(auto& field) {
    field("basePath", &Api::base_path);
    field("insecure", &Api::insecure);
    field("dashboard", &Api::dashboard);
    field("debug", &Api::debug);
    field("disableDashboardAd", &Api::disable_dashboard_ad);
    field("dashboardName", &Api::dashboard_name);
  }
};

}  // namespace gatehouse::model
