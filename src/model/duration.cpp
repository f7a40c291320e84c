#include "model/duration.h"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/parse_int.h"
#include "base/text.h"

namespace gatehouse::model {

namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

// Longer names first, so that "ms" is not taken for "m".
constexpr std::array kUnits = {
    Unit{"ns", 1},         Unit{"us", 1'000},        Unit{"\xC2\xB5s", 1'000},  Unit{"\xCE\xBCs", 1'000},
    Unit{"ms", 1'000'000}, Unit{"s", 1'000'000'000}, Unit{"m", 60'000'000'000}, Unit{"h", 3'600'000'000'000},
};

const Unit* take_unit(std::string_view& text) {
  for (const auto& unit : kUnits) {
    if (text.starts_with(unit.name)) {
      text.remove_prefix(unit.name.size());
      return &unit;
    }
  }
  return nullptr;
}

std::string_view take_digits(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && base::is_digit(text[length])) ++length;
  const auto digits = text.substr(0, length);
  text.remove_prefix(length);
  return digits;
}

// number = digits, unit in ns; nothing when 64 bits cannot hold it.
std::optional<std::int64_t> scale(std::string_view whole, std::string_view fraction, std::int64_t unit) {
  std::int64_t result = 0;
  if (!whole.empty()) {
    const auto number = base::parse_int<std::int64_t>(whole);
    if (!number || __builtin_mul_overflow(*number, unit, &result)) return std::nullopt;
  }
  // What is below a nanosecond is cut off, digit by digit: nothing is rounded through a double.
  std::int64_t place = unit;
  for (const char digit : fraction) {
    place /= 10;
    if (__builtin_add_overflow(result, place * (digit - '0'), &result)) return std::nullopt;
  }
  return result;
}

std::optional<std::int64_t> parse_go(std::string_view text) {
  std::int64_t total = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    const auto whole = take_digits(text);
    std::string_view fraction;
    if (text.starts_with('.')) {
      text.remove_prefix(1);
      fraction = take_digits(text);
    }
    if (whole.empty() && fraction.empty()) return std::nullopt;
    const auto* unit = take_unit(text);
    if (unit == nullptr) return std::nullopt;
    const auto part = scale(whole, fraction, unit->nanoseconds);
    if (!part || __builtin_add_overflow(total, *part, &total)) return std::nullopt;
  }
  return total;
}

}  // namespace

base::Result<Duration> parse_duration(std::string_view text) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  auto rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);

  std::optional<std::int64_t> value;
  if (!rest.empty() && rest.find_first_not_of("0123456789") == std::string_view::npos) {
    value = scale(rest, {}, kSecond);
  } else {
    value = parse_go(rest);
  }
  if (!value) {
    return base::fail(
        base::ErrorCode::kInvalid, base::Fault::kOperator,
        fmt::format("\"{}\" is no duration: write it as 30s, 1m30s or 500ms, or as seconds", text.substr(0, 40)));
  }
  return Duration(negative ? -*value : *value);
}

std::string to_string(Duration duration) {
  const auto count = duration.count();
  if (count == 0) return "0s";
  const auto sign = count < 0 ? "-" : "";
  const auto total = count < 0 ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);

  const auto with_fraction = [](std::uint64_t value, std::uint64_t unit) {
    auto text = fmt::format("{}", value / unit);
    if (const auto rest = value % unit; rest != 0) {
      auto digits = fmt::format("{:0{}}", rest, fmt::formatted_size("{}", unit) - 1);
      digits.erase(digits.find_last_not_of('0') + 1);
      text += "." + digits;
    }
    return text;
  };
  if (total < 1'000) return fmt::format("{}{}ns", sign, total);
  if (total < 1'000'000) return fmt::format("{}{}\xC2\xB5s", sign, with_fraction(total, 1'000));
  if (total < 1'000'000'000) return fmt::format("{}{}ms", sign, with_fraction(total, 1'000'000));

  const auto seconds = with_fraction(total % 60'000'000'000, 1'000'000'000);
  const auto minutes = total / 60'000'000'000;
  if (minutes == 0) return fmt::format("{}{}s", sign, seconds);
  if (minutes < 60) return fmt::format("{}{}m{}s", sign, minutes, seconds);
  return fmt::format("{}{}h{}m{}s", sign, minutes / 60, minutes % 60, seconds);
}

}  // namespace gatehouse::model
