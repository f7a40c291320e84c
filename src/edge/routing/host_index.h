// HostIndex: which routers a request may be for, by its host: those that name it, those that name a wildcard above it,
// and those that may answer any host. Made when the table is compiled; immutable; looking up allocates nothing.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "edge/routing/path_index.h"
#include "edge/routing/request_view.h"
#include "edge/routing/route_keys.h"

namespace gatehouse::edge {

class HostIndex {
 public:
  struct Entry {
    RouteKeys hosts;
    RouteKeys prefixes;
  };

  // The place of an entry is its rank.
  explicit HostIndex(const std::vector<Entry>& entries);

  // The lowest rank that is accepted. The most specific routers are asked first: they mostly come first in priority
  // too, and whatever is behind the best so far need not be asked.
  template <class Accepts>
  [[nodiscard]] Rank first(std::string_view host, std::string_view path, const Accepts& accepts) const {
    const auto bare = bare_host(host);
    Rank best = kNoRank;
    if (const auto found = exact_.find(bare); found != exact_.end()) best = found->second.first(path, best, accepts);
    if (!below_.empty()) {
      const auto found = below_.find(parent_domain(bare));
      if (found != below_.end()) best = found->second.first(path, best, accepts);
    }
    return any_.first(path, best, accepts);
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };
  using ByName = std::unordered_map<std::string, PathIndex, Hash, std::equal_to<>>;

  ByName exact_;
  ByName below_;  // by the domain above the wildcard
  PathIndex any_;
};

}  // namespace gatehouse::edge
