#include "compose/project.h"

#include <set>

#include <fmt/format.h>

#include "base/parse_int.h"

namespace gatehouse::compose {

std::string_view to_string(Condition condition) {
  switch (condition) {
    case Condition::kStarted:
      return "service_started";
    case Condition::kHealthy:
      return "service_healthy";
    case Condition::kCompletedSuccessfully:
      return "service_completed_successfully";
  }
  return "service_started";
}

std::int64_t Service::replicas() const {
  if (deploy && deploy->replicas) return *deploy->replicas;
  return scale.value_or(1);
}

std::optional<double> Service::cpu_limit() const { return deploy && deploy->limits.cpus ? deploy->limits.cpus : cpus; }

std::optional<std::int64_t> Service::memory_limit_bytes() const {
  return deploy && deploy->limits.memory_bytes ? deploy->limits.memory_bytes : mem_limit;
}

std::optional<std::int64_t> Service::memory_reservation_bytes() const {
  return deploy && deploy->reservations.memory_bytes ? deploy->reservations.memory_bytes : mem_reservation;
}

std::optional<std::int64_t> Service::process_limit() const {
  return deploy && deploy->limits.pids ? deploy->limits.pids : pids_limit;
}

Restart Service::restart_rule() const {
  if (!restart.empty()) {
    const auto colon = restart.find(':');
    const auto attempts =
        colon == std::string::npos ? std::nullopt : base::parse_int<std::int64_t>(restart.substr(colon + 1));
    return {restart.substr(0, colon), attempts.value_or(0)};
  }
  if (!deploy || !deploy->restart_policy) return {};
  const auto& policy = *deploy->restart_policy;
  // Swarm's words; its default is "any".
  if (policy.condition == "none") return {};
  if (policy.condition == "on-failure") return {"on-failure", policy.max_attempts.value_or(0)};
  return {policy.condition == "unless-stopped" ? "unless-stopped" : "always", 0};
}

Position Service::position_of(std::string_view key) const {
  const auto found = key_at.find(key);
  return found == key_at.end() ? at : found->second;
}

namespace {

void visit(const Project& project, const Service& service, std::set<const Service*>& seen,
           std::vector<const Service*>& order) {
  if (!seen.insert(&service).second) return;
  for (const auto& [name, dependency] : service.depends_on) {
    if (const auto other = project.services.find(name); other != project.services.end()) {
      visit(project, other->second, seen, order);
    }
  }
  order.push_back(&service);
}

}  // namespace

std::string Project::image_of(const Service& service) const {
  return service.image.empty() ? fmt::format("{}-{}", name, service.name) : service.image;
}

std::string Project::container_name_of(const Service& service, std::int64_t number) const {
  return service.container_name.empty() ? fmt::format("{}-{}-{}", name, service.name, number) : service.container_name;
}

std::vector<const Service*> Project::start_order() const {
  std::set<const Service*> seen;
  std::vector<const Service*> order;
  for (const auto& entry : services) visit(*this, entry.second, seen, order);
  return order;
}

}  // namespace gatehouse::compose
