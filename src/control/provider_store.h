// ProviderStore: the last configuration of a provider, kept so that a start while it is away (the engine restarts, say)
// does not lose its routes. Of this boot of the machine only: after another one the addresses of containers mean
// something else. Owned by control; short blocking writes, nothing is lost with a file but a wait.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "model/dynamic.h"

namespace gatehouse::control {

class ProviderStore {
 public:
  // An existing folder of control's alone: configurations hold hashes of passwords.
  explicit ProviderStore(std::filesystem::path folder);

  base::Result<void> save(const std::string& provider, const model::DynamicConfig& config) const;
  // Nothing when there is none, of this boot and this format.
  [[nodiscard]] std::optional<model::DynamicConfig> load(const std::string& provider) const;

 private:
  [[nodiscard]] std::filesystem::path file_of(const std::string& provider) const;

  std::filesystem::path folder_;
  std::string first_line_;
};

}  // namespace gatehouse::control
