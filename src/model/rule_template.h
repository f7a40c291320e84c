// The templates of the v2 rule syntax: literal text with variables, {name} or {name:regular expression}. The names are
// for the reader only; what a template matches is one regular expression. Pure functions.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace gatehouse::model {

// What a variable without an expression stands for.
inline constexpr std::string_view kTemplateHostLabel = "[^.]+";
inline constexpr std::string_view kTemplatePathSegment = "[^/]+";
inline constexpr std::string_view kTemplateAnything = ".*";

[[nodiscard]] bool is_template(std::string_view text);

// A regular expression for the template, not anchored; or what is wrong with it.
[[nodiscard]] std::expected<std::string, std::string> template_regexp(std::string_view text,
                                                                      std::string_view default_expression);

}  // namespace gatehouse::model
