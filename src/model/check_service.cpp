#include "model/check.h"
#include "model/check_parts.h"
#include "model/status_ranges.h"

namespace gatehouse::model {

namespace {

// scheme://host[:port][/path]
base::Result<void> check_url(const Server& server) {
  if (server.url.empty()) return {};  // of a container: discovery makes it
  const auto mark = server.url.find("://");
  const auto scheme = std::string_view(server.url).substr(0, mark);
  const auto rest = mark == std::string::npos ? std::string_view() : std::string_view(server.url).substr(mark + 3);
  const auto host = rest.substr(0, rest.find_first_of("/?#"));
  const bool fine = (scheme == "http" || scheme == "https" || scheme == "h2c") && !host.empty() &&
                    host.front() != ':' && server.url.find_first_of(" \t\r\n") == std::string::npos;
  if (!fine) return wrong("loadBalancer.servers: \"{}\" is no URL: write http://host:port", server.url);
  return {};
}

base::Result<void> check_health(const HealthCheck& health) {
  BASE_CHECK(check_one_of("healthCheck.mode", health.mode, {"http", "grpc"}));
  if (health.path.find("://") != std::string::npos || health.path.starts_with("//")) {
    return wrong("healthCheck.path: \"{}\" names a host: write the path alone, such as /health", health.path);
  }
  if (health.interval <= Duration{}) return wrong("healthCheck.interval is not above 0");
  if (health.timeout <= Duration{}) return wrong("healthCheck.timeout is not above 0");
  if (health.unhealthy_interval && *health.unhealthy_interval <= Duration{}) {
    return wrong("healthCheck.unhealthyInterval is not above 0");
  }
  if (!health.scheme.empty()) BASE_CHECK(check_one_of("healthCheck.scheme", health.scheme, {"http", "https", "h2c"}));
  if (health.status != 0 && (health.status < 100 || health.status > 999)) {
    return wrong("healthCheck.status: {} is no status", health.status);
  }
  if (health.port < 0 || health.port > 65535) return wrong("healthCheck.port: {} is no port", health.port);
  return {};
}

base::Result<void> check_passive_health(const PassiveHealthCheck& health) {
  if (health.failure_window <= Duration{}) return wrong("passiveHealthCheck.failureWindow is not above 0");
  if (health.max_failed_attempts <= 0) return wrong("passiveHealthCheck.maxFailedAttempts is not above 0");
  return {};
}

base::Result<void> check_sticky(const std::optional<Sticky>& sticky) {
  if (!sticky || !sticky->cookie || sticky->cookie->same_site.empty()) return {};
  return check_one_of("sticky.cookie.sameSite", sticky->cookie->same_site, {"none", "lax", "strict"});
}

base::Result<void> check_kind(const LoadBalancer& balancer) {
  BASE_CHECK(check_one_of("loadBalancer.strategy", balancer.strategy, {"wrr", "p2c", "hrw", "leasttime"}));
  for (const auto& server : balancer.servers) BASE_CHECK(check_url(server));
  BASE_CHECK(check_sticky(balancer.sticky));
  if (balancer.passive_health_check) BASE_CHECK(check_passive_health(*balancer.passive_health_check));
  return balancer.health_check ? check_health(*balancer.health_check) : base::Result<void>();
}

base::Result<void> check_refs(std::string_view option, const std::vector<WeightedServiceRef>& services) {
  for (const auto& service : services) {
    if (service.name.empty()) return wrong("{}.services: a name is missing", option);
    if (service.weight < 0) return wrong("{}.services: the weight of {} is below 0", option, service.name);
  }
  return {};
}

base::Result<void> check_kind(const Weighted& weighted) {
  BASE_CHECK(check_sticky(weighted.sticky));
  return check_refs("weighted", weighted.services);
}

base::Result<void> check_kind(const Mirroring& mirroring) {
  if (mirroring.service.empty()) return wrong("mirroring.service is missing");
  for (const auto& mirror : mirroring.mirrors) {
    if (mirror.name.empty()) return wrong("mirroring.mirrors: a name is missing");
    if (mirror.percent < 0 || mirror.percent > 100) {
      return wrong("mirroring.mirrors: {} of {} is no percentage", mirror.percent, mirror.name);
    }
  }
  return {};
}

base::Result<void> check_kind(const Failover& failover) {
  if (failover.service.empty()) return wrong("failover.service is missing");
  if (failover.fallback.empty()) return wrong("failover.fallback is missing");
  if (!failover.errors) return {};
  const auto ranges = StatusRanges::parse(failover.errors->status);
  if (!ranges) return base::fail(ranges.error().within("failover.errors.status"));
  return {};
}

base::Result<void> check_kind(const HighestRandomWeight& weighted) {
  return check_refs("highestRandomWeight", weighted.services);
}

}  // namespace

base::Result<void> check(const HttpService& service) {
  const int kinds = (service.load_balancer ? 1 : 0) + (service.weighted ? 1 : 0) + (service.mirroring ? 1 : 0) +
                    (service.failover ? 1 : 0) + (service.highest_random_weight ? 1 : 0);
  if (kinds == 0) return wrong("the service has no type: set loadBalancer, weighted or failover");
  if (kinds > 1) return wrong("the service has several types: give each a name of its own");
  if (service.load_balancer) return check_kind(*service.load_balancer);
  if (service.weighted) return check_kind(*service.weighted);
  if (service.mirroring) return check_kind(*service.mirroring);
  if (service.failover) return check_kind(*service.failover);
  return check_kind(*service.highest_random_weight);
}

base::Result<void> check(const TcpService& service) {
  if (!service.load_balancer == !service.weighted) return wrong("the service needs one of loadBalancer and weighted");
  if (service.weighted) return check_refs("weighted", service.weighted->services);
  const auto& protocol = service.load_balancer->proxy_protocol;
  if (protocol && (protocol->version < 1 || protocol->version > 2)) {
    return wrong("loadBalancer.proxyProtocol.version: {} is neither 1 nor 2", protocol->version);
  }
  return {};
}

base::Result<void> check(const UdpService& service) {
  if (!service.load_balancer == !service.weighted) return wrong("the service needs one of loadBalancer and weighted");
  return service.weighted ? check_refs("weighted", service.weighted->services) : base::Result<void>();
}

}  // namespace gatehouse::model
