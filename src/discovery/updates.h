// What providers tell control: each change as a whole dynamic configuration, never a difference, so that nothing can be
// missed. Implemented by control; called on the thread of its loop.
#pragma once

#include <string>
#include <vector>

#include "model/dynamic.h"

namespace gatehouse::discovery {

struct Problem {
  std::string object;   // "container whoami", "router web@docker", "file:line:column"
  std::string message;  // the cause and the next step
};

class Updates {
 public:
  virtual void provide(std::string provider, model::DynamicConfig config, std::vector<Problem> problems) = 0;

  // Whether what the provider asks answers: told when that changes, and as often as it likes.
  virtual void reached(const std::string& provider, bool is_reached) = 0;

 protected:
  ~Updates() = default;
};

}  // namespace gatehouse::discovery
