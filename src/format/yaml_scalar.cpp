// What a scalar means: YAML 1.2's core schema with the additions of go-yaml v3 (0b, _, 010 as octal).
#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "base/parse_int.h"
#include "base/text.h"
#include "format/yaml.h"

namespace gatehouse::format {

namespace {

constexpr std::string_view kStringTag = "tag:yaml.org,2002:str";

std::optional<std::int64_t> parse_yaml_int(std::string_view text) {
  if (text.starts_with('_')) return std::nullopt;
  std::string digits;
  for (const char c : text) {
    if (c != '_') digits += c;
  }
  std::string_view rest = digits;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  int radix = 10;
  if (rest.size() > 2 && rest[0] == '0' && !base::is_digit(rest[1])) {
    const char mark = base::to_lower(rest[1]);
    radix = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 0;
    if (radix == 0) return std::nullopt;
    rest.remove_prefix(2);
  } else if (rest.size() > 1 && rest[0] == '0') {
    radix = 8;
    rest.remove_prefix(1);
  }
  if (rest.empty() || rest[0] == '-') return std::nullopt;
  const auto magnitude = base::parse_int<std::uint64_t>(rest, radix);
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!magnitude || *magnitude > kMax + (negative ? 1 : 0)) return std::nullopt;
  return static_cast<std::int64_t>(negative ? ~*magnitude + 1 : *magnitude);
}

std::optional<double> parse_yaml_float(std::string_view text) {
  std::string_view rest = text;
  double sign = 1;
  if (rest.starts_with('-') || rest.starts_with('+')) {
    sign = rest[0] == '-' ? -1 : 1;
    rest.remove_prefix(1);
  }
  if (rest == ".inf" || rest == ".Inf" || rest == ".INF") return sign * std::numeric_limits<double>::infinity();
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return std::numeric_limits<double>::quiet_NaN();
  // from_chars would take "inf" and "nan", which are words here.
  const bool led_by_digit =
      !rest.empty() && (base::is_digit(rest[0]) || (rest[0] == '.' && rest.size() > 1 && base::is_digit(rest[1])));
  if (!led_by_digit) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  if (error != std::errc{} || end != rest.data() + rest.size()) return std::nullopt;
  return sign * value;
}

std::optional<bool> parse_yaml_bool(std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return std::nullopt;
}

}  // namespace

YamlType type_of(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return YamlType::kNull;
    case YamlNode::Kind::kSequence:
      return YamlType::kSequence;
    case YamlNode::Kind::kMapping:
      return YamlType::kMapping;
    case YamlNode::Kind::kScalar:
      break;
  }
  if (node.quoted || node.tag == kStringTag) return YamlType::kString;
  if (node.text.empty() || node.text == "~" || node.text == "null" || node.text == "Null" || node.text == "NULL") {
    return YamlType::kNull;
  }
  if (parse_yaml_bool(node.text)) return YamlType::kBool;
  if (parse_yaml_int(node.text)) return YamlType::kInt;
  if (parse_yaml_float(node.text)) return YamlType::kFloat;
  return YamlType::kString;
}

std::string_view to_string(YamlType type) {
  switch (type) {
    case YamlType::kNull:
      return "null";
    case YamlType::kBool:
      return "a boolean";
    case YamlType::kInt:
    case YamlType::kFloat:
      return "a number";
    case YamlType::kString:
      return "a string";
    case YamlType::kSequence:
      return "a list";
    case YamlType::kMapping:
      return "a mapping";
  }
  return "a value";
}

std::optional<bool> to_bool(const YamlNode& node) {
  if (!node.is_scalar()) return std::nullopt;
  constexpr std::array<std::string_view, 5> kYes = {"true", "yes", "on", "y", "1"};
  constexpr std::array<std::string_view, 5> kNo = {"false", "no", "off", "n", "0"};
  const auto is = [&](std::string_view word) { return base::iequals(node.text, word); };
  if (std::ranges::any_of(kYes, is)) return true;
  if (std::ranges::any_of(kNo, is)) return false;
  return std::nullopt;
}

std::optional<std::int64_t> to_int(const YamlNode& node) {
  if (!node.is_scalar()) return std::nullopt;
  return parse_yaml_int(node.text);
}

std::optional<double> to_double(const YamlNode& node) {
  if (!node.is_scalar()) return std::nullopt;
  if (const auto number = parse_yaml_int(node.text)) return static_cast<double>(*number);
  return parse_yaml_float(node.text);
}

std::optional<std::string> to_text(const YamlNode& node) {
  if (node.is_null()) return std::string();
  if (!node.is_scalar()) return std::nullopt;
  return node.text;
}

}  // namespace gatehouse::format
