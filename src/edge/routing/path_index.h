// PathIndex: the routers that one host offers, found by the path of a request. A router is known by its rank: the place
// that its priority gives it in the whole table, 0 first. Prefixes are kept sorted, each with a link to the longest
// other one that it begins with: all those that a path begins with are then one binary search and a walk along the
// links. Made when the table is compiled; immutable; looking up allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "edge/routing/route_keys.h"

namespace gatehouse::edge {

using Rank = std::uint32_t;

inline constexpr Rank kNoRank = UINT32_MAX;

class PathIndex {
 public:
  struct Entry {
    Rank rank;
    const RouteKeys* prefixes;
  };

  // Up to this many routers are asked one after the other: that is quicker than any search.
  static constexpr std::size_t kUnindexedMax = 8;

  // The entries in ascending order of rank.
  explicit PathIndex(const std::vector<Entry>& entries);

  // The lowest rank below `best` that is offered for the path and accepted, else `best`.
  template <class Accepts>
  [[nodiscard]] Rank first(std::string_view path, Rank best, const Accepts& accepts) const {
    for (std::size_t i = longest_prefix_of(path); i != kNone; i = prefixes_[i].shorter) {
      best = first_of(prefixes_[i].ranks, best, accepts);
    }
    return first_of(unkeyed_, best, accepts);
  }

 private:
  static constexpr std::size_t kNone = SIZE_MAX;

  struct Prefix {
    std::string text;
    std::size_t shorter = kNone;  // the longest other prefix that this one begins with
    std::vector<Rank> ranks;      // ascending
  };

  template <class Accepts>
  static Rank first_of(const std::vector<Rank>& ranks, Rank best, const Accepts& accepts) {
    for (const Rank rank : ranks) {
      if (rank >= best) break;
      if (accepts(rank)) return rank;
    }
    return best;
  }

  void link_prefixes();
  [[nodiscard]] std::size_t longest_prefix_of(std::string_view path) const;

  std::vector<Prefix> prefixes_;  // by text
  std::vector<Rank> unkeyed_;     // of routers that any path may suit
};

}  // namespace gatehouse::edge
