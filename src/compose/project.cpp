#include "compose/project.h"

#include <set>

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

std::vector<const Service*> Project::start_order() const {
  std::set<const Service*> seen;
  std::vector<const Service*> order;
  for (const auto& entry : services) visit(*this, entry.second, seen, order);
  return order;
}

}  // namespace gatehouse::compose
