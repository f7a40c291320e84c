// Deploy: a stack from its folder to running, verified containers: look, check, plan, networks, volumes, images,
// containers, verification. Until the plan has been made nothing is touched; a mistake that can be found before is an
// error then. The loop's thread; may be dropped between two steps, and done again.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "async/task.h"
#include "deploy/apply.h"
#include "deploy/plan.h"
#include "deploy/report.h"
#include "deploy/stack.h"
#include "docker/engine.h"

namespace gatehouse::deploy {

struct DeployOptions {
  std::string version;
  std::filesystem::path state_dir;  // absolute
  bool plan_only = false;
  bool pull = false;
  bool build = false;
  bool verify = true;
  bool remove_orphans = false;
  bool create_external_networks = false;
  std::chrono::seconds wait_max{300};
  std::chrono::milliseconds settle_time{700};
  std::chrono::seconds verify_max{60};
  std::chrono::seconds take_over_max{20};  // for the edge to listen in the place of a Traefik that was stopped
};

struct DeployResult {
  bool changed = false;
  bool adopted = false;  // a Traefik service is among it
};

async::Task<base::Result<DeployResult>> deploy(docker::Engine& engine, const Stack& stack, const DeployOptions& options,
                                               Report& report);

// The stack's hosts, asked for through the edge, if one is known and options.verify says so.
async::Task<base::Result<void>> verify_through_edge(async::Loop& loop, const Stack& stack, const DeployOptions& options,
                                                    Report& report);

// What is wrong with the stack in itself and on this engine; nothing is touched. All of it, a line each, in the detail.
async::Task<base::Result<Plan>> check_and_plan(docker::Engine& engine, const Stack& stack, const Observed& observed,
                                               const DeployOptions& options);

}  // namespace gatehouse::deploy
