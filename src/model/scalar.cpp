#include "model/scalar.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/parse_int.h"

namespace gatehouse::model {

namespace {

constexpr std::array<std::string_view, 6> kTrue{"1", "t", "T", "TRUE", "true", "True"};
constexpr std::array<std::string_view, 6> kFalse{"0", "f", "F", "FALSE", "false", "False"};

template <class T>
std::string parse_number(std::string_view text, void* object, std::string_view what) {
  // Go takes a plus sign, from_chars does not.
  auto digits = text;
  if (digits.size() > 1 && digits.front() == '+' && digits[1] != '-') digits.remove_prefix(1);
  const auto value = base::parse_int<T>(digits);
  if (!value) return fmt::format("{} is {}", quoted(text), what);
  *static_cast<T*>(object) = *value;
  return {};
}

std::string parse_double(std::string_view text, void* object) {
  double value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return fmt::format("{} is no number", quoted(text));
  *static_cast<double*>(object) = value;
  return {};
}

}  // namespace

std::optional<bool> parse_bool(std::string_view text) {
  if (std::ranges::find(kTrue, text) != kTrue.end()) return true;
  if (std::ranges::find(kFalse, text) != kFalse.end()) return false;
  return std::nullopt;
}

std::string quoted(std::string_view value) {
  constexpr std::size_t kShownMax = 80;
  if (value.size() <= kShownMax) return fmt::format("\"{}\"", value);
  return fmt::format("\"{}...\"", value.substr(0, kShownMax));
}

std::string parse_scalar(Kind kind, std::string_view text, void* object) {
  switch (kind) {
    case Kind::kBool: {
      const auto value = parse_bool(text);
      if (!value) return fmt::format("{} is neither true nor false", quoted(text));
      *static_cast<bool*>(object) = *value;
      return {};
    }
    case Kind::kInt:
      return parse_number<std::int64_t>(text, object, "no integer");
    case Kind::kUint:
      return parse_number<std::uint64_t>(text, object, "no integer above zero");
    case Kind::kDouble:
      return parse_double(text, object);
    case Kind::kString:
      *static_cast<std::string*>(object) = text;
      return {};
    case Kind::kSecret:
      *static_cast<base::Secret*>(object) = base::Secret(std::string(text));
      return {};
    case Kind::kDuration: {
      const auto value = parse_duration(text);
      if (!value) return value.error().message;
      *static_cast<Duration*>(object) = *value;
      return {};
    }
    default:
      return "cannot hold a value";
  }
}

}  // namespace gatehouse::model
