// From what is configured to what the edge is told: names are qualified, defaults filled in, entry points applied,
// files read. What is wrong takes out the one router that it concerns, and the operator is told why. A function of its
// input and of the files that it names.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "discovery/file_contents.h"
#include "discovery/stack_claims.h"
#include "discovery/updates.h"
#include "model/dynamic.h"
#include "model/snapshot.h"
#include "model/static.h"

namespace gatehouse::discovery {

struct SnapshotInput {
  const model::StaticConfig& static_config;
  const std::map<std::string, model::DynamicConfig>& providers;  // by name: docker, file
  StackClaims& claims;                                           // of hosts; routers of stacks add theirs
  FileContents& files;
};

// A certificate that a resolver has to obtain.
struct CertificateNeed {
  std::string resolver;
  std::vector<std::string> names;  // the first is the main one

  auto operator<=>(const CertificateNeed&) const = default;
};

struct BuiltSnapshot {
  model::Snapshot snapshot;  // without its id, ACME tokens and the certificates of resolvers: control adds them
  std::vector<CertificateNeed> certificates;
  std::vector<std::string> default_names;  // of the one of them that is the default certificate; empty: none is
  std::vector<std::string> tls_hosts;      // every host that a TLS router names literally, each once
  std::vector<Problem> problems;
};

BuiltSnapshot build_snapshot(const SnapshotInput& input);

}  // namespace gatehouse::discovery
