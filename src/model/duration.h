// Times in the configuration: an integer counts seconds, anything else is written as Go does ("1m30s", "100ms").
// Pure values. Behaviour: Traefik's ptypes.Duration.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gatehouse::model {

using Duration = std::chrono::nanoseconds;

// Units ns, us, µs, ms, s, m, h, with fractions and a sign. kInvalid for anything else and for what 64 bits cannot
// hold.
base::Result<Duration> parse_duration(std::string_view text);

// As Go prints it: "1h0m0s", "1m30s", "100ms", "1.5s", "0s".
std::string to_string(Duration duration);

}  // namespace gatehouse::model
