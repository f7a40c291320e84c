#include "discovery/stack_claims.h"

#include <utility>

namespace gatehouse::discovery {

StackClaims::StackClaims(Owners owners) : owners_(std::move(owners)) {
  for (const auto& [thing, stack] : owners_) ++counts_[stack];
}

const std::string* StackClaims::owner(std::string_view thing) const {
  const auto found = owners_.find(thing);
  return found == owners_.end() ? nullptr : &found->second;
}

bool StackClaims::claim(const std::string& thing, const std::string& stack) {
  if (const auto* known = owner(thing)) return *known == stack;
  auto& count = counts_[stack];
  if (count >= kClaimsPerStackMax) return false;
  ++count;
  ++version_;
  owners_.emplace(thing, stack);
  return true;
}

void StackClaims::move(const std::string& thing, const std::string& stack) {
  const auto [known, is_new] = owners_.try_emplace(thing, stack);
  if (!is_new && known->second == stack) return;
  if (!is_new) --counts_[known->second];
  ++counts_[stack];
  ++version_;
  known->second = stack;
}

}  // namespace gatehouse::discovery
