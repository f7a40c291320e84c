// What can only be told by looking at the engine: networks and volumes that have to be there, hosts and ports that
// somebody else has. Done before anything is touched. Errors are lines for the operator: file:line, cause, next step.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "async/task.h"
#include "deploy/observed.h"
#include "deploy/plan.h"
#include "deploy/report.h"

namespace gatehouse::deploy {

// Pure.
std::vector<std::string> check_networks(const Stack& stack, const Observed& observed);
std::vector<std::string> check_volumes(const Stack& stack, const Observed& observed);
std::vector<std::string> check_names(const Stack& stack, const Observed& observed);
// Another stack's container that runs and answers to one of our hosts.
std::vector<std::string> check_hosts(const Stack& stack, const Observed& observed);
// The host that two routers of different stacks claim: the same one, by rules that no request could tell apart as far
// as we can see, on an entry point that both use.
std::optional<std::string> contested_host(const Route& a, const Route& b);
// Ports that containers of other stacks, or other processes of this machine, hold. Opens sockets.
std::vector<std::string> check_ports(const Stack& stack, const Observed& observed);

// Images that are neither here nor to be had. Asks registries about those that would have to be pulled.
async::Task<std::vector<std::string>> check_images(docker::Engine& engine, const Stack& stack, const Plan& plan);

}  // namespace gatehouse::deploy
