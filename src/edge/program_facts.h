// What the edge says of itself. A value.
#pragma once

#include <chrono>
#include <string>

namespace gatehouse::edge {

struct ProgramFacts {
  std::string version;
  std::chrono::system_clock::time_point started;
};

}  // namespace gatehouse::edge
