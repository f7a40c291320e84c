// http.routers.<name>: which requests go through which middlewares to which service. Pure values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/tls.h"
#include "model/trait.h"

namespace gatehouse::model {

// Unset means: as the entry point says.
struct RouterObservability {
  std::optional<bool> access_logs;
  std::optional<bool> metrics;
  std::optional<bool> tracing;
  std::string trace_verbosity;  // minimal (default) or detailed

  bool operator==(const RouterObservability&) const = default;
  static void fields(auto& field) {
    field("accessLogs", &RouterObservability::access_logs);
    field("metrics", &RouterObservability::metrics);
    field("tracing", &RouterObservability::tracing);
    field("traceVerbosity", &RouterObservability::trace_verbosity);
  }
};

struct HttpRouter {
  std::vector<std::string> entry_points;  // empty: every default one
  std::vector<std::string> middlewares;   // in the order they run
  std::string service;
  std::string rule;
  std::string rule_syntax;  // v3 or v2; empty: core.defaultRuleSyntax
  std::vector<std::string> parent_refs;
  std::int64_t priority = 0;  // 0: the length of the rule
  std::optional<RouterTls> tls;
  std::optional<RouterObservability> observability;
  bool default_rule = false;  // the rule came from the provider's template: the edge guards against loops
  std::string stack;          // whose labels made it; empty: no stack's, so the operator's

  bool operator==(const HttpRouter&) const = default;
  static void fields(auto& field) {
    field("entryPoints", &HttpRouter::entry_points);
    field("middlewares", &HttpRouter::middlewares);
    field("service", &HttpRouter::service);
    field("rule", &HttpRouter::rule);
    field("ruleSyntax", &HttpRouter::rule_syntax);
    field("parentRefs", &HttpRouter::parent_refs, trait::kNotInLabels | trait::kUnsupported);
    field("priority", &HttpRouter::priority);
    field("tls", &HttpRouter::tls, trait::kBare);
    field("observability", &HttpRouter::observability);
    field("defaultRule", &HttpRouter::default_rule, trait::kInternal);
    field("stack", &HttpRouter::stack, trait::kInternal);
  }
};

}  // namespace gatehouse::model
