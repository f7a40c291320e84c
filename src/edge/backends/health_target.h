// HealthTarget: one server that wants to be checked, and how. Made with a snapshot; what its checks come to outlives
// that. Plain values.
#pragma once

#include <memory>
#include <string>

#include "edge/backends/checked_health.h"
#include "edge/backends/origin.h"
#include "edge/backends/transport.h"
#include "model/http_service.h"

namespace gatehouse::edge {

struct HealthTarget {
  std::string key;      // targets of one key are checked once: one server, asked in one way
  std::string service;  // the first that asked for it, for the log
  std::string url;      // of the server, for the log
  Origin origin;        // who is asked: the server, or another port of it
  std::shared_ptr<const Transport> transport;
  model::HealthCheck config;
  std::shared_ptr<CheckedHealth> health;
};

}  // namespace gatehouse::edge
