#include "edge/routing/path_index.h"

#include <algorithm>
#include <map>

namespace gatehouse::edge {

PathIndex::PathIndex(const std::vector<Entry>& entries) {
  std::map<std::string_view, std::vector<Rank>> by_prefix;
  for (const auto& entry : entries) {
    if (entries.size() <= kUnindexedMax || !*entry.prefixes) {
      unkeyed_.push_back(entry.rank);
      continue;
    }
    for (const auto& prefix : **entry.prefixes) by_prefix[prefix].push_back(entry.rank);
  }
  prefixes_.reserve(by_prefix.size());
  for (auto& [text, ranks] : by_prefix) prefixes_.push_back({std::string(text), kNone, std::move(ranks)});
  link_prefixes();
}

// In sorted order, what a text begins with is found among its predecessor and the predecessor's own links.
void PathIndex::link_prefixes() {
  for (std::size_t i = 1; i < prefixes_.size(); ++i) {
    std::size_t shorter = i - 1;
    while (shorter != kNone && !prefixes_[i].text.starts_with(prefixes_[shorter].text)) {
      shorter = prefixes_[shorter].shorter;
    }
    prefixes_[i].shorter = shorter;
  }
}

std::size_t PathIndex::longest_prefix_of(std::string_view path) const {
  const auto above = std::ranges::upper_bound(prefixes_, path, {}, &Prefix::text);
  std::size_t i = above == prefixes_.begin() ? kNone : static_cast<std::size_t>(above - prefixes_.begin()) - 1;
  while (i != kNone && !path.starts_with(prefixes_[i].text)) i = prefixes_[i].shorter;
  return i;
}

}  // namespace gatehouse::edge
