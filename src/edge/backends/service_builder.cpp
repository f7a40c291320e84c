#include "edge/backends/service_builder.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "edge/backends/failover.h"
#include "edge/backends/mirroring.h"
#include "edge/backends/service_choice.h"
#include "edge/internal_services.h"
#include "model/json.h"

namespace gatehouse::edge {

using async::Task;
using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

namespace {

// Requests of a failover that may be asked twice are held in memory: no more of it than that.
constexpr std::uint64_t kBodyBytesMax = 64 << 20;

// A handler in the place of a service: one of ours, or another's with middlewares around it.
class HandlerService final : public Service {
 public:
  // `service` says whether anybody answers; null: always.
  HandlerService(HandlerPtr handler, ServicePtr service) : handler_(std::move(handler)), service_(std::move(service)) {}

  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override { return handler_->handle(exchange); }
  [[nodiscard]] bool is_up(async::Instant now) const override { return !service_ || service_->is_up(now); }

 private:
  HandlerPtr handler_;
  ServicePtr service_;
};

Strategy strategy_of(std::string_view name) {
  if (name == "p2c") return Strategy::kLessBusy;
  if (name == "hrw") return Strategy::kRendezvous;
  if (name == "leasttime") return Strategy::kLeastTime;
  return Strategy::kTurns;
}

std::uint64_t bytes_max(std::int64_t configured) {
  return configured < 0 ? kBodyBytesMax : std::min(kBodyBytesMax, static_cast<std::uint64_t>(configured));
}

// The server, as its health is asked for: perhaps at another port, or in another scheme.
Result<Origin> checked_origin(const model::HealthCheck& config, const Origin& origin, std::string_view transport) {
  if (config.scheme.empty() && config.port == 0) return origin;
  const auto port = config.port == 0 ? std::int64_t{origin.port} : config.port;
  const bool is_ipv6 = origin.host.find(':') != std::string::npos;
  const auto scheme = config.scheme.empty() ? (origin.secure ? "https" : "http") : config.scheme;
  model::Server server;
  server.url = fmt::format("{}://{}{}{}:{}", scheme, is_ipv6 ? "[" : "", origin.host, is_ipv6 ? "]" : "", port);
  return parse_origin(server, transport);
}

}  // namespace

ServiceBuilder::ServiceBuilder(const model::Snapshot& snapshot, Lasting& lasting, observe::SubjectBook* subjects,
                               Wrap wrap)
    : snapshot_(snapshot), lasting_(lasting), subjects_(subjects), wrap_(std::move(wrap)) {}

ServiceLabel ServiceBuilder::label(const std::string& name) const {
  ServiceLabel label{.name = name};
  if (subjects_ != nullptr) label.subject = subjects_->enter({observe::Subject::Kind::kService, name});
  return label;
}

Result<ServicePtr> ServiceBuilder::build(const std::string& name) {
  if (const auto known = built_.find(name); known != built_.end()) return known->second;
  if (std::exchange(building_[name], true)) {
    return fail(ErrorCode::kInvalid, Fault::kOperator, fmt::format("service {} contains itself", name));
  }
  auto service = build_new(name);
  building_[name] = false;
  if (service) built_[name] = *service;
  return service;
}

Result<ServicePtr> ServiceBuilder::build_new(const std::string& name) {
  if (auto internal = make_internal_service(name, snapshot_)) {
    return std::make_shared<HandlerService>(std::move(internal), nullptr);
  }
  const auto found = snapshot_.services.find(name);
  if (found == snapshot_.services.end()) {
    return fail(ErrorCode::kNotFound, Fault::kOperator, fmt::format("the service \"{}\" does not exist", name));
  }
  BASE_TRY(auto service, build_kind(name, found->second));
  if (found->second.middlewares.empty()) return service;
  BASE_TRY(auto handler, wrap_(found->second.middlewares, service, "service " + name));
  return std::make_shared<HandlerService>(std::move(handler), std::move(service));
}

Result<ServicePtr> ServiceBuilder::build_kind(const std::string& name, const model::HttpService& config) {
  if (config.load_balancer) return build_load_balancer(name, *config.load_balancer);
  if (config.weighted) return build_weighted(name, *config.weighted);
  if (config.failover) return build_failover(*config.failover);
  if (config.highest_random_weight) return build_rendezvous(name, *config.highest_random_weight);
  if (config.mirroring) return build_mirroring(*config.mirroring);
  return fail(ErrorCode::kInvalid, Fault::kOperator,
              fmt::format("service {} has no type: set loadBalancer, weighted, failover, mirroring or "
                          "highestRandomWeight",
                          name));
}

Result<ServicePtr> ServiceBuilder::build_load_balancer(const std::string& name, const model::LoadBalancer& config) {
  LoadBalancerSettings settings{.label = label(name),
                                .servers = {},
                                .strategy = strategy_of(config.strategy),
                                .ejects_failing = config.passive_health_check.has_value(),
                                .pass_host_header = config.pass_host_header,
                                .sticky = {},
                                .transport = {}};
  BASE_TRY(settings.transport, transport(config.servers_transport));
  std::vector<std::string> urls;
  for (const auto& server : config.servers) {
    BASE_TRY(auto origin, parse_origin(server, settings.transport->name));
    const auto weight = server.weight.value_or(1);
    if (weight <= 0) continue;
    auto& balanced = settings.servers.emplace_back(BalancedServer{
        .origin = std::move(origin), .weight = weight, .fenced = server.fenced, .checked = {}, .state = {}});
    urls.push_back(balanced.origin.url);
    if (config.health_check && config.health_check->mode == "http") {
      BASE_TRY(balanced.checked, check(name, *config.health_check, balanced.origin, settings.transport));
    }
    learn(name, config, balanced);
  }
  // hrw needs no cookie to keep a client where it is, and Traefik gives none.
  const bool by_address = settings.strategy == Strategy::kRendezvous;
  if (config.sticky && config.sticky->cookie && !by_address)
    settings.sticky.emplace(*config.sticky->cookie, name, urls);
  auto balancer = std::make_shared<const LoadBalancer>(std::move(settings));
  statuses_.add(name, balancer);
  return balancer;
}

void ServiceBuilder::learn(const std::string& service, const model::LoadBalancer& config, BalancedServer& server) {
  const auto strategy = strategy_of(config.strategy);
  const bool counts = strategy == Strategy::kLessBusy || strategy == Strategy::kLeastTime;
  if (!counts && !config.passive_health_check) return;
  const auto passive = config.passive_health_check.value_or(model::PassiveHealthCheck());
  const auto allowed = static_cast<std::size_t>(std::max<std::int64_t>(passive.max_failed_attempts, 1));
  // With the rule in it: failures that another rule counted say nothing about this one.
  const auto key = fmt::format("{}\n{}\n{} {}", service, server.origin.url, allowed, passive.failure_window.count());
  server.state = lasting_.servers.find_or_make(key, allowed, passive.failure_window);
}

Result<std::shared_ptr<CheckedHealth>> ServiceBuilder::check(const std::string& service,
                                                             const model::HealthCheck& config, const Origin& origin,
                                                             const std::shared_ptr<const Transport>& transport) {
  auto asked = checked_origin(config, origin, transport->name);
  if (!asked) return fail(std::move(asked).error().within("healthCheck"));
  auto key = fmt::format("{}\n{}\n{}", transport->name, origin.url, model::to_json(config));
  auto health = lasting_.health.find_or_make(key);
  health_targets_.push_back({.key = std::move(key),
                             .service = service,
                             .url = origin.url,
                             .origin = *std::move(asked),
                             .transport = transport,
                             .config = config,
                             .health = health});
  return health;
}

Result<ServicePtr> ServiceBuilder::build_choice(ServiceChoiceSettings settings,
                                                const std::vector<model::WeightedServiceRef>& references,
                                                const std::optional<model::Sticky>& sticky) {
  for (const auto& reference : references) {
    BASE_TRY(auto child, build(reference.name));
    if (reference.weight <= 0) continue;
    settings.children.push_back(std::move(child));
    settings.names.push_back(reference.name);
    settings.weights.push_back(reference.weight);
  }
  if (sticky && sticky->cookie) settings.sticky.emplace(*sticky->cookie, settings.name, settings.names);
  return std::make_shared<ServiceChoice>(std::move(settings));
}

Result<ServicePtr> ServiceBuilder::build_weighted(const std::string& name, const model::Weighted& config) {
  ServiceChoiceSettings settings;
  settings.name = name;
  settings.leaves_out_down = config.health_check.has_value();
  return build_choice(std::move(settings), config.services, config.sticky);
}

Result<ServicePtr> ServiceBuilder::build_rendezvous(const std::string& name, const model::HighestRandomWeight& config) {
  ServiceChoiceSettings settings;
  settings.name = name;
  settings.leaves_out_down = config.health_check.has_value();
  settings.by_address = true;
  return build_choice(std::move(settings), config.services, std::nullopt);
}

Result<ServicePtr> ServiceBuilder::build_mirroring(const model::Mirroring& config) {
  MirroringSettings settings;
  BASE_TRY(settings.service, build(config.service));
  for (const auto& mirror : config.mirrors) {
    BASE_TRY(auto service, build(mirror.name));
    const auto percent = static_cast<std::uint64_t>(std::clamp<std::int64_t>(mirror.percent, 0, 100));
    settings.mirrors.push_back({std::move(service), percent});
  }
  settings.mirrors_content = config.mirror_body;
  if (config.max_body_size >= 0) {
    settings.bytes_max = std::min(kMirroredBytesMax, static_cast<std::size_t>(config.max_body_size));
  }
  return std::make_shared<Mirroring>(std::move(settings));
}

Result<ServicePtr> ServiceBuilder::build_failover(const model::Failover& config) {
  FailoverSettings settings;
  BASE_TRY(settings.first, build(config.service));
  BASE_TRY(settings.fallback, build(config.fallback));
  settings.spares_down_fallback = config.health_check.has_value();
  if (config.errors) {
    BASE_TRY(settings.errors, model::StatusRanges::parse(config.errors->status));
    settings.body_bytes_max = bytes_max(config.errors->max_request_body_bytes);
  }
  return std::make_shared<Failover>(std::move(settings));
}

Result<std::shared_ptr<const Transport>> ServiceBuilder::transport(const std::string& name) {
  const std::string key = name.empty() ? "default@internal" : name;
  if (const auto known = built_transports_.find(key); known != built_transports_.end()) return known->second;
  const auto found = snapshot_.servers_transports.find(key);
  const bool exists = found != snapshot_.servers_transports.end();
  if (!exists && !name.empty() && name != "default@internal") {
    return fail(ErrorCode::kNotFound, Fault::kOperator,
                fmt::format("the serversTransport \"{}\" does not exist", name));
  }
  BASE_TRY(auto built, make_transport(key, exists ? found->second : model::ServersTransport{}));
  built_transports_[key] = built;
  return built;
}

}  // namespace gatehouse::edge
