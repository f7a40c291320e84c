// The value of a Location field made of text that an expression put together. Pure function.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::edge {

// The address with what has no place in one escaped; nullopt when it is none: its scheme, host or port cannot be read,
// or there is a control byte in it.
std::optional<std::string> location_of(std::string_view url);

}  // namespace gatehouse::edge
