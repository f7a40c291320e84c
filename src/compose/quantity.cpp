#include "compose/quantity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/parse_int.h"
#include "base/text.h"

namespace gatehouse::compose {

namespace {

// The decimal number that text starts with, digits and at most one dot; moves text behind it.
std::optional<double> take_number(std::string_view& text) {
  const auto end = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view digits = text.substr(0, end);
  double value = 0;
  const auto [stop, error] = std::from_chars(digits.begin(), digits.end(), value, std::chars_format::fixed);
  if (error != std::errc{} || stop != digits.end()) return std::nullopt;
  text.remove_prefix(end);
  return value;
}

bool fits_int64(double value) { return std::abs(value) < 9.2e18; }

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

// Longer names first: "ms" is not "m" and then "s".
constexpr std::array<Unit, 9> kUnits = {{{"ns", 1},
                                         {"us", 1'000},
                                         {"\xC2\xB5s", 1'000},
                                         {"ms", 1'000'000},
                                         {"s", 1'000'000'000},
                                         {"m", 60'000'000'000},
                                         {"h", 3'600'000'000'000},
                                         {"d", 86'400'000'000'000},
                                         {"w", 604'800'000'000'000}}};

std::optional<std::int64_t> take_unit(std::string_view& text) {
  for (const auto& unit : kUnits) {
    if (!text.starts_with(unit.name)) continue;
    text.remove_prefix(unit.name.size());
    return unit.nanoseconds;
  }
  return std::nullopt;
}

// Go's %v: the shortest digits that read back, with an exponent where it is below -4 or above 5.
std::string go_float(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  const auto print = [&](std::chars_format format) {
    std::array<char, 64> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format);
    return std::string(buffer.data(), end);
  };
  auto scientific = print(std::chars_format::scientific);
  const auto digits = scientific.find_first_of("+-", scientific.find('e')) + 1;
  const auto exponent = base::parse_int<int>(std::string_view(scientific).substr(digits)).value_or(0);
  const bool is_small = scientific[digits - 1] == '-';
  if (is_small ? exponent > 4 : exponent > 5) return scientific;
  return print(std::chars_format::fixed);
}

}  // namespace

std::optional<std::int64_t> parse_size(std::string_view text) {
  text = base::trim(text);
  if (text == "-1") return -1;
  auto value = take_number(text);
  if (!value) return std::nullopt;
  if (text.starts_with(' ')) text.remove_prefix(1);
  std::string suffix = base::to_lower(text);
  constexpr std::string_view kPrefixes = "kmgtp";
  int shift = 0;
  if (!suffix.empty() && kPrefixes.contains(suffix[0])) {
    shift = 10 * (static_cast<int>(kPrefixes.find(suffix[0])) + 1);
    suffix.erase(0, 1);
    if (suffix == "ib") suffix.clear();
  }
  if (!suffix.empty() && suffix != "b") return std::nullopt;
  *value = std::ldexp(*value, shift);
  if (!fits_int64(*value)) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  text = base::trim(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return std::chrono::nanoseconds(0);
  if (text.empty()) return std::nullopt;
  double sum = 0;
  while (!text.empty()) {
    const auto value = take_number(text);
    const auto unit = take_unit(text);
    if (!value || !unit) return std::nullopt;
    sum += *value * static_cast<double>(*unit);
  }
  if (!fits_int64(sum)) return std::nullopt;
  return std::chrono::nanoseconds(std::llround(negative ? -sum : sum));
}

std::string format_duration(std::chrono::nanoseconds duration) {
  const auto total = duration.count();
  if (total < 0) return "-" + format_duration(-duration);
  if (total == 0) return "0s";
  const auto with_fraction = [](std::int64_t value, std::int64_t unit, std::string_view name) {
    std::string text = fmt::format("{}", value / unit);
    if (const auto rest = value % unit; rest != 0) {
      auto fraction = fmt::format("{}", unit + rest).substr(1);
      fraction.erase(fraction.find_last_not_of('0') + 1);
      text += "." + fraction;
    }
    return text.append(name);
  };
  if (total < 1'000) return with_fraction(total, 1, "ns");
  if (total < 1'000'000) return with_fraction(total, 1'000, "\xC2\xB5s");
  if (total < 1'000'000'000) return with_fraction(total, 1'000'000, "ms");
  constexpr std::int64_t kMinute = 60'000'000'000;
  const auto minutes = total / kMinute;
  std::string text;
  if (minutes >= 60) text += fmt::format("{}h", minutes / 60);
  if (minutes > 0) text += fmt::format("{}m", minutes % 60);
  return text + with_fraction(total % kMinute, 1'000'000'000, "s");
}

std::string text_of_scalar(const format::YamlNode& node) {
  switch (format::type_of(node)) {
    case format::YamlType::kBool:
      return *format::to_bool(node) ? "true" : "false";
    case format::YamlType::kInt:
      return fmt::format("{}", *format::to_int(node));
    case format::YamlType::kFloat:
      return go_float(*format::to_double(node));
    case format::YamlType::kNull:
      return {};
    default:
      return node.text;
  }
}

}  // namespace gatehouse::compose
