#include "model/check.h"
#include "model/check_parts.h"
#include "model/rule.h"

namespace gatehouse::model {

namespace {

base::Result<void> check_priority(std::int64_t priority) {
  if (priority > kRouterPriorityMax)
    return wrong("priority: {} is above the highest one, {}", priority, kRouterPriorityMax);
  return {};
}

base::Result<void> check_version(std::string_view option, const std::string& version) {
  if (version.empty()) return {};
  return check_one_of(option, version, {"VersionTLS10", "VersionTLS11", "VersionTLS12", "VersionTLS13"});
}

}  // namespace

base::Result<void> check(const HttpRouter& router, std::string_view default_rule_syntax) {
  if (router.rule.empty()) return wrong("rule is missing: write Host(`example.com`)");
  if (router.service.empty()) return wrong("service is missing: name the service that requests go to");
  BASE_CHECK(check_priority(router.priority));
  const auto syntax = router.rule_syntax.empty() ? default_rule_syntax : std::string_view(router.rule_syntax);
  const auto rule = parse_rule(router.rule, rule_syntax(syntax));
  if (!rule) return base::fail(rule.error().within("rule"));
  if (router.observability && !router.observability->trace_verbosity.empty()) {
    return check_one_of("observability.traceVerbosity", router.observability->trace_verbosity, {"minimal", "detailed"});
  }
  return {};
}

base::Result<void> check(const TcpRouter& router) {
  if (router.rule.empty()) return wrong("rule is missing: write HostSNI(`example.com`), or HostSNI(`*`) without TLS");
  if (router.service.empty()) return wrong("service is missing: name the service that connections go to");
  BASE_CHECK(check_priority(router.priority));
  const auto rule = parse_tcp_rule(router.rule, rule_syntax(router.rule_syntax));
  if (!rule) return base::fail(rule.error().within("rule"));
  return {};
}

base::Result<void> check(const TlsOptions& options) {
  BASE_CHECK(check_version("minVersion", options.min_version));
  BASE_CHECK(check_version("maxVersion", options.max_version));
  if (!options.max_version.empty() && options.max_version < options.min_version) {
    return wrong("maxVersion {} is older than minVersion {}", options.max_version, options.min_version);
  }
  const auto& auth = options.client_auth;
  if (auth.client_auth_type.empty()) return {};
  BASE_CHECK(check_one_of("clientAuth.clientAuthType", auth.client_auth_type,
                          {"NoClientCert", "RequestClientCert", "RequireAnyClientCert", "VerifyClientCertIfGiven",
                           "RequireAndVerifyClientCert"}));
  if (auth.client_auth_type.find("Verify") != std::string::npos && auth.ca_files.empty()) {
    return wrong("clientAuth.clientAuthType {} needs caFiles to verify against", auth.client_auth_type);
  }
  return {};
}

base::Result<void> check(const ServersTransport& transport) {
  BASE_CHECK(check_version("minVersion", transport.min_version));
  BASE_CHECK(check_version("maxVersion", transport.max_version));
  if (transport.max_idle_conns_per_host < -1) return wrong("maxIdleConnsPerHost is below -1");
  return {};
}

}  // namespace gatehouse::model
