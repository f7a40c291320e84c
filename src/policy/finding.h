// What the gate found in a stack: an error stops a deploy, a warning is shown. A value.
#pragma once

#include <string>
#include <vector>

namespace gatehouse::policy {

enum class Severity { kWarning, kError };

struct Finding {
  Severity severity = Severity::kWarning;
  std::string rule;  // "env-placeholder": names it for whoever wants to look it up
  std::string text;  // "file:line:column: the object, the cause, the next step"; never a secret
};

}  // namespace gatehouse::policy
