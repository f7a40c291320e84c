// Amounts as compose files write them: "512m", "1m30s", 0.5. Pure, any thread; nothing where the text is none.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "format/yaml.h"

namespace gatehouse::compose {

// Bytes: a number, maybe with a fraction, and b, k, m, g, t or p in any case, with "b" or "ib" after it; units of 1024
// (docker/go-units, RAMInBytes). "-1" is taken for the limits that know it.
std::optional<std::int64_t> parse_size(std::string_view text);

// Go's durations and, as compose has them, days and weeks: "90s", "1m30s", "1.5h", "100ms", "2d", "1w", "0".
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);
// As Go prints one: "1m30s", "1.5s", "0s".
std::string format_duration(std::chrono::nanoseconds duration);

// The text that compose makes of a scalar where it wants text: of a number the one that go-yaml read ("1.10" becomes
// "1.1", 0644 becomes "420"), of text the text.
std::string text_of_scalar(const format::YamlNode& node);

}  // namespace gatehouse::compose
