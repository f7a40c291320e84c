// The one way from bytes to a number: every byte must belong to it, no sign but where the type has one, no overflow.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>

namespace gatehouse::base {

template <std::integral T>
std::optional<T> parse_int(std::string_view text, int radix = 10) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, radix);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace gatehouse::base
