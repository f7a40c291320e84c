// What control knows about what serves, as JSON for run/status.json: for `gatehouse status` and whoever asks on the
// machine. Holds no secrets. Pure, any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "acme/certificate_state.h"
#include "model/snapshot.h"

namespace gatehouse::control {

struct Status {
  std::string version;
  std::int64_t pid = 0;
  std::optional<std::int64_t> edge_pid;
  std::uint64_t snapshot_id = 0;  // that the edge has
  std::string local_root;         // the path of the local authority's certificate
  const model::Snapshot& snapshot;
  const std::map<std::string, std::set<std::string>>& problems;  // by what told of them
  std::vector<acme::CertificateState> certificates;
};

std::string encode(const Status& status);

}  // namespace gatehouse::control
