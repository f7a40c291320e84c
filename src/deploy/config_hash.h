// The hash of what a service's containers are made from: another hash, another container. Also of each key by itself,
// so that a plan can name what has changed. Pure, any thread, but for the files of secrets and configs that it reads.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "compose/project.h"

namespace gatehouse::deploy {

struct ConfigHash {
  std::string whole;                        // SHA-256, hexadecimal
  std::map<std::string, std::string> keys;  // 8 digits each

  // "environment,image" of keys that are not the same; empty when the other's keys are not known.
  [[nodiscard]] std::string changed_since(std::string_view earlier_keys) const;
  // As a label's value: "environment=1234abcd,image=...".
  [[nodiscard]] std::string keys_text() const;
};

// Without what has no effect on a container: build, scale, dependencies and the like. With the content of the secrets
// and configs that the service mounts. Fails when one of those cannot be read.
base::Result<ConfigHash> hash_of(const compose::Project& project, const compose::Service& service);

std::string sha256_hex(std::string_view bytes);

}  // namespace gatehouse::deploy
