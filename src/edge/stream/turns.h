// Turns: a choice among servers, one after the other, or among other such choices by weight: what TCP and UDP services
// are. Immutable but for whose turn it is; shared by the workers.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "edge/backends/schedule.h"

namespace gatehouse::edge {

template <class Server>
class Turns {
 public:
  using ServerPtr = std::shared_ptr<const Server>;
  using Child = std::shared_ptr<const Turns>;

  // Each as often as the others.
  explicit Turns(std::vector<ServerPtr> servers)
      : servers_(std::move(servers)),
        schedule_(std::vector<std::int64_t>(servers_.size(), 1)),
        server_count_(servers_.size()) {}
  Turns(std::vector<Child> children, const std::vector<std::int64_t>& weights)
      : children_(std::move(children)), schedule_(weights) {
    for (const auto& child : children_) server_count_ += child->server_count();
  }

  // Null when there is none.
  [[nodiscard]] ServerPtr next() const {
    if (children_.empty()) return schedule_.empty() ? nullptr : servers_[schedule_.next()];
    const auto child = schedule_.next([this](std::uint32_t index) { return children_[index]->server_count() > 0; });
    return child ? children_[*child]->next() : nullptr;
  }
  // Those of the children too.
  [[nodiscard]] std::size_t server_count() const { return server_count_; }

 private:
  std::vector<ServerPtr> servers_;
  std::vector<Child> children_;
  Schedule schedule_;
  std::size_t server_count_ = 0;
};

}  // namespace gatehouse::edge
