// ServerStatuses: which servers are up, service by service, for whoever tells people: the API and the metrics. Made
// with a snapshot, immutable; what it says is what the balancers go by at that moment. Any thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "edge/backends/load_balancer.h"

namespace gatehouse::edge {

class ServerStatuses {
 public:
  void add(const std::string& service, std::shared_ptr<const LoadBalancer> balancer) {
    balancers_[service] = std::move(balancer);
  }

  // False for a server that gets no requests because of its health; true for one that is not known.
  [[nodiscard]] bool is_up(std::string_view service, std::string_view url, async::Instant now) const {
    const auto found = balancers_.find(service);
    if (found == balancers_.end()) return true;
    const auto server = found->second->find(url);
    return !server || found->second->is_up(*server, now);
  }

  // Can the answer change at all?
  [[nodiscard]] bool vary() const {
    for (const auto& [service, balancer] : balancers_) {
      if (balancer->watches_health()) return true;
    }
    return false;
  }

  // Calls visit(service, url, up) for every server whose health is watched.
  template <class Visit>
  void for_each_watched(async::Instant now, Visit visit) const {
    for (const auto& [service, balancer] : balancers_) {
      if (!balancer->watches_health()) continue;
      const auto& servers = balancer->servers();
      for (std::size_t i = 0; i < servers.size(); ++i) visit(service, servers[i].origin.url, balancer->is_up(i, now));
    }
  }

 private:
  std::map<std::string, std::shared_ptr<const LoadBalancer>, std::less<>> balancers_;
};

}  // namespace gatehouse::edge
