// A part of the configuration whose options only somebody else knows: a plugin's, or a provider that is not ours.
#pragma once

#include <string>

namespace gatehouse::model {

struct Anything {
  std::string json;  // the subtree as JSON text; empty: not set

  bool operator==(const Anything&) const = default;
};

}  // namespace gatehouse::model
