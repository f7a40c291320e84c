// ASCII text as protocols and configuration files use it: no locale, no allocation where a view will do.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::base {

constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
constexpr char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_alnum(char c) { return is_digit(c) || is_alpha(c); }

std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);

constexpr bool iequals(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return to_lower(x) == to_lower(y); });
}

// Without the blanks (space, tab, CR, LF) around it.
constexpr std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// The parts between separators; always one more than there are separators.
std::vector<std::string_view> split(std::string_view text, char separator);

// "a, b ,c" -> a b c: trimmed, empty items left out.
std::vector<std::string> split_list(std::string_view text, char separator = ',');

std::string join(const std::vector<std::string>& parts, std::string_view separator);

// The candidate nearest to a mistyped name, or empty when none is near enough to suggest.
std::string_view nearest(std::string_view name, const std::vector<std::string_view>& candidates);

}  // namespace gatehouse::base
