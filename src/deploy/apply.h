// Apply: carries a plan out: networks, volumes, containers in the order of their dependencies, each dependency waited
// for. A container that is replaced is kept, stopped and renamed, until everything is well; if anything is not, all
// that were replaced are put back. The loop's thread.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "async/task.h"
#include "deploy/plan.h"
#include "deploy/report.h"
#include "docker/engine.h"

namespace gatehouse::deploy {

struct ApplyOptions {
  std::string version;
  std::chrono::seconds wait_max{300};          // for each service to become ready
  std::chrono::milliseconds settle_time{700};  // a container without a health check has to run so long
};

class Apply {
 public:
  // All of them outlive it.
  Apply(docker::Engine& engine, const Stack& stack, const Observed& observed, const Plan& plan,
        const ApplyOptions& options, Report& report);

  async::Task<base::Result<void>> create_networks();
  async::Task<base::Result<void>> create_volumes();
  // On failure what was replaced has been put back; new containers stay for a look at them.
  async::Task<base::Result<void>> run_containers();

 private:
  struct Running {
    const ContainerPlan* plan;
    std::string id;
  };
  struct Replaced {
    const ContainerPlan* plan;
    std::string new_id;
    bool old_was_running = false;
  };

  async::Task<base::Result<void>> run_all();
  async::Task<base::Result<void>> remove_stale();
  async::Task<base::Result<void>> give_name_back(const ContainerPlan& plan);
  async::Task<base::Result<void>> run(const ContainerPlan& plan);
  async::Task<base::Result<void>> replace(const ContainerPlan& plan);
  async::Task<base::Result<void>> start(const ContainerPlan& plan, const std::string& id);
  // Created, joined to its networks, its files put in; not started.
  async::Task<base::Result<std::string>> create(const ContainerPlan& plan);
  async::Task<base::Result<void>> prepare(const ContainerPlan& plan, const std::string& id,
                                          const std::vector<docker::NetworkEndpointSpec>& networks);
  async::Task<base::Result<void>> wait_for_dependencies(const compose::Service& service);
  async::Task<base::Result<void>> wait_for_all();
  async::Task<base::Result<void>> restart_dependents();
  async::Task<void> put_back();
  async::Task<void> remove_old();

  [[nodiscard]] std::chrono::seconds grace_of(const compose::Service& service) const;
  async::Task<base::Result<void>> wait_for(const Running& running, compose::Condition condition);

  docker::Engine& engine_;
  const Stack& stack_;
  const Observed& observed_;
  const Plan& plan_;
  const ApplyOptions& options_;
  Report& report_;
  std::vector<Running> running_;    // in the order of their start
  std::vector<Replaced> replaced_;  // likewise
};

}  // namespace gatehouse::deploy
