#include "edge/routing/host_index.h"

namespace gatehouse::edge {

namespace {

using Groups = std::unordered_map<std::string_view, std::vector<PathIndex::Entry>>;

std::vector<PathIndex::Entry> without_host(const std::vector<HostIndex::Entry>& entries) {
  std::vector<PathIndex::Entry> result;
  for (Rank rank = 0; rank < entries.size(); ++rank) {
    if (!entries[rank].hosts) result.push_back({rank, &entries[rank].prefixes});
  }
  return result;
}

}  // namespace

HostIndex::HostIndex(const std::vector<Entry>& entries) : any_(without_host(entries)) {
  Groups exact;
  Groups below;
  for (Rank rank = 0; rank < entries.size(); ++rank) {
    if (!entries[rank].hosts) continue;
    for (const std::string_view host : *entries[rank].hosts) {
      auto& group = host.starts_with("*.") ? below[host.substr(2)] : exact[host];
      group.push_back({rank, &entries[rank].prefixes});
    }
  }
  for (const auto& [host, group] : exact) exact_.emplace(host, PathIndex(group));
  for (const auto& [parent, group] : below) below_.emplace(parent, PathIndex(group));
}

}  // namespace gatehouse::edge
