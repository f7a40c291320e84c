// ProcessUsage: what this process uses of the machine. Opens its files below /proc at the start, so that it goes on
// telling in a sandbox that opens none. Any thread.
#pragma once

#include <cstdint>
#include <optional>

#include "sys/fd.h"

namespace gatehouse::sys {

class ProcessUsage {
 public:
  ProcessUsage();

  struct Now {
    double cpu_seconds = 0;  // of user and system
    std::uint64_t descriptors_max = 0;
    // What /proc does not tell is left out.
    std::optional<std::uint64_t> resident_bytes = {};
    std::optional<std::uint64_t> virtual_bytes = {};
    std::optional<std::uint64_t> descriptors = {};
  };
  [[nodiscard]] Now now() const;

 private:
  [[nodiscard]] std::optional<std::uint64_t> count_descriptors() const;

  Fd memory_;
  Fd descriptors_;
};

}  // namespace gatehouse::sys
