// ClaimStore: the stacks' claims of hosts and names on disk (discovery/stack_claims.h), a JSON object from thing to
// stack. Owned by control; blocking.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "discovery/stack_claims.h"

namespace gatehouse::control {

class ClaimStore {
 public:
  explicit ClaimStore(std::filesystem::path path) : path_(std::move(path)) {}

  base::Result<void> save(const discovery::StackClaims& claims) const;
  // No claims when there is no file; kInvalid when it is none of ours: the operator has to look at it.
  [[nodiscard]] base::Result<discovery::StackClaims> load() const;

 private:
  std::filesystem::path path_;
};

}  // namespace gatehouse::control
