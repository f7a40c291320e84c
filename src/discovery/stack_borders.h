// StackBorders: what the labels of a stack's containers may not reach for, whatever they say: another stack's services,
// the services inside of Gatehouse, addresses that are not its own containers', certificates for all. What they do is
// taken out, with a reason for the operator. Objects that two stacks give one name are told apart: the first keeps it,
// and the other's gets the stack's name behind it (web~blog). Made for one reading of all containers, by configure().
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "discovery/stack_claims.h"
#include "discovery/updates.h"
#include "docker/container.h"
#include "model/dynamic.h"

namespace gatehouse::discovery {

// What the labels of one container say.
struct ContainerConfig {
  const docker::Container* container = nullptr;
  std::string stack;  // empty: none
  model::DynamicConfig config;
};

std::string stack_of(const docker::Container& container);

// Whether a server's URL leads to a container of that stack, by its address. Names are nobody's own: whoever runs a
// container gives it any.
bool is_address_of(const std::vector<docker::Container>& all, const std::string& stack, const std::string& url);

class StackBorders {
 public:
  StackBorders(StackClaims& claims, std::vector<Problem>& problems) : claims_(claims), problems_(problems) {}

  // Those of older containers first, where nobody has claimed yet.
  void enforce(std::vector<ContainerConfig>& configs);

 private:
  using Names = std::map<std::string, std::string>;  // "service web" -> "web~blog"

  void claim_names(const ContainerConfig& config);
  void find_other_names();
  void tell_apart(ContainerConfig& config);
  void check_services(ContainerConfig& config);
  void check_routers(ContainerConfig& config);
  void check_streams(ContainerConfig& config);
  [[nodiscard]] std::string foreign_service(const ContainerConfig& config, const std::string& reference) const;
  void report(std::string object, std::string message) { problems_.push_back({std::move(object), std::move(message)}); }

  StackClaims& claims_;
  std::vector<Problem>& problems_;
  std::map<std::string, Names> renamed_;                         // by stack
  std::map<std::string, std::set<std::string>> services_;        // stack -> the names of its services, as they are now
  std::map<std::string, const model::Middleware*> middlewares_;  // of those who own the names
};

}  // namespace gatehouse::discovery
