// ServiceBuilder: makes the services of a snapshot, each once, and lists the health checks that they ask for. On the
// edge's main thread, for as long as a snapshot is compiled.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "edge/backends/health_target.h"
#include "edge/backends/load_balancer.h"
#include "edge/backends/server_statuses.h"
#include "edge/backends/service.h"
#include "edge/backends/service_choice.h"
#include "edge/backends/transport.h"
#include "edge/lasting.h"
#include "model/snapshot.h"
#include "observe/subject_book.h"

namespace gatehouse::edge {

class ServiceBuilder {
 public:
  // Puts middlewares around a service; `owner` is whose they are, for what they keep.
  using Wrap = std::function<base::Result<HandlerPtr>(const std::vector<std::string>& middlewares, HandlerPtr handler,
                                                      const std::string& owner)>;

  // The snapshot outlives the builder. Without subjects nothing is counted.
  ServiceBuilder(const model::Snapshot& snapshot, Lasting& lasting, observe::SubjectBook* subjects, Wrap wrap);

  // A service with its own middlewares around it, built once and shared by all that name it. kNotFound when there is
  // none of that name, kInvalid when its options make no sense or it contains itself.
  base::Result<ServicePtr> build(const std::string& name);

  // What the services that were built want to have checked.
  [[nodiscard]] std::vector<HealthTarget> take_health_targets() { return std::move(health_targets_); }
  // Their servers.
  [[nodiscard]] ServerStatuses take_statuses() { return std::move(statuses_); }

 private:
  [[nodiscard]] ServiceLabel label(const std::string& name) const;
  base::Result<ServicePtr> build_new(const std::string& name);
  base::Result<ServicePtr> build_kind(const std::string& name, const model::HttpService& config);
  base::Result<ServicePtr> build_load_balancer(const std::string& name, const model::LoadBalancer& config);
  base::Result<ServicePtr> build_weighted(const std::string& name, const model::Weighted& config);
  base::Result<ServicePtr> build_rendezvous(const std::string& name, const model::HighestRandomWeight& config);
  base::Result<ServicePtr> build_choice(ServiceChoiceSettings settings,
                                        const std::vector<model::WeightedServiceRef>& references,
                                        const std::optional<model::Sticky>& sticky);
  base::Result<ServicePtr> build_mirroring(const model::Mirroring& config);
  base::Result<ServicePtr> build_failover(const model::Failover& config);
  void learn(const std::string& service, const model::LoadBalancer& config, BalancedServer& server);
  base::Result<std::shared_ptr<CheckedHealth>> check(const std::string& service, const model::HealthCheck& config,
                                                     const Origin& origin,
                                                     const std::shared_ptr<const Transport>& transport);
  base::Result<std::shared_ptr<const Transport>> transport(const std::string& name);

  const model::Snapshot& snapshot_;
  Lasting& lasting_;
  observe::SubjectBook* subjects_;
  Wrap wrap_;
  std::map<std::string, ServicePtr> built_;
  std::map<std::string, bool> building_;
  std::map<std::string, std::shared_ptr<const Transport>> built_transports_;
  std::vector<HealthTarget> health_targets_;
  ServerStatuses statuses_;
};

}  // namespace gatehouse::edge
