// Services: the last handlers of a chain. A load balancer picks a server and forwards; a weighted service picks another
// service; a failover asks the second when the first cannot serve.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/result.h"
#include "edge/backends/transport.h"
#include "edge/exchange.h"
#include "edge/handler.h"
#include "model/http_service.h"
#include "model/servers_transport.h"
#include "observe/subject_book.h"

namespace gatehouse::edge {

class ServiceBuilder {
 public:
  // The maps are those of a snapshot, and outlive the builder. Without subjects nothing is counted.
  ServiceBuilder(const std::map<std::string, model::HttpService>& services,
                 const std::map<std::string, model::ServersTransport>& transports,
                 observe::SubjectBook* subjects = nullptr);

  // The handler of a service, built once and shared by all routers that name it. kNotFound when there is none of that
  // name, kInvalid when its options make no sense or it contains itself.
  base::Result<HandlerPtr> build(const std::string& name);

 private:
  [[nodiscard]] ServiceLabel label(const std::string& name) const;
  base::Result<HandlerPtr> build_new(const std::string& name);
  base::Result<HandlerPtr> build_load_balancer(const std::string& name, const model::LoadBalancer& config);
  base::Result<HandlerPtr> build_weighted(const std::string& name, const model::Weighted& config);
  base::Result<HandlerPtr> build_failover(const model::Failover& config);
  base::Result<std::shared_ptr<const Transport>> transport(const std::string& name);

  const std::map<std::string, model::HttpService>& services_;
  const std::map<std::string, model::ServersTransport>& transports_;
  observe::SubjectBook* subjects_;
  std::map<std::string, HandlerPtr> built_;
  std::map<std::string, bool> building_;
  std::map<std::string, std::shared_ptr<const Transport>> built_transports_;
};

}  // namespace gatehouse::edge
