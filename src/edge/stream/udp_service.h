// UdpService: where the datagrams of an entry point go: servers in turns, or other services by weight, one server for
// each session. Compiled with a snapshot, shared by the workers.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "edge/backends/origin.h"
#include "edge/stream/turns.h"
#include "model/snapshot.h"

namespace gatehouse::edge {

class UdpService final : public Turns<Origin> {
 public:
  using Turns::Turns;
};
using UdpServicePtr = std::shared_ptr<const UdpService>;

// Builds each service of a snapshot once. For the length of a compilation.
class UdpServiceBuilder {
 public:
  using Report = std::function<void(std::string object, std::string message)>;

  UdpServiceBuilder(const model::SnapshotUdp& config, Report report) : config_(config), report_(std::move(report)) {}

  // That of the first router that has it: datagrams have no rules. Null without one; the others are told of.
  UdpServicePtr service_of(const std::string& entry_point);

 private:
  base::Result<UdpServicePtr> build(const std::string& name);
  base::Result<UdpServicePtr> make(const model::UdpService& service);

  const model::SnapshotUdp& config_;
  Report report_;
  std::map<std::string, UdpServicePtr> built_;  // null: being built
};

}  // namespace gatehouse::edge
