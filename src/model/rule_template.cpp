#include "model/rule_template.h"

#include <optional>

#include <fmt/format.h>

#include "model/rule_regexp.h"

namespace gatehouse::model {

namespace {

// The length of the variable that the text begins with, its braces and those nested in it included.
std::optional<std::size_t> variable_length(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') ++depth;
    if (text[i] == '}' && --depth == 0) return i + 1;
  }
  return std::nullopt;
}

std::expected<std::string, std::string> variable_regexp(std::string_view variable,
                                                        std::string_view default_expression) {
  const auto colon = variable.find(':');
  const auto name = variable.substr(0, colon);
  const auto expression = colon == std::string_view::npos ? default_expression : variable.substr(colon + 1);
  if (name.empty() || expression.empty()) {
    return std::unexpected(fmt::format("expected {{name}} or {{name:expression}}, not {{{}}}", variable));
  }
  // On its own, so that one variable cannot close a group that another has opened.
  if (auto compiled = RuleRegexp::compile(expression); !compiled) return std::unexpected(compiled.error().message);
  return fmt::format("(?:{})", expression);
}

}  // namespace

bool is_template(std::string_view text) { return text.find_first_of("{}") != std::string_view::npos; }

std::expected<std::string, std::string> template_regexp(std::string_view text, std::string_view default_expression) {
  std::string result;
  while (!text.empty()) {
    const auto brace = text.find_first_of("{}");
    result += RuleRegexp::quote(text.substr(0, brace));
    if (brace == std::string_view::npos) break;
    text.remove_prefix(brace);
    const auto length = variable_length(text);
    if (text.front() == '}' || !length) return std::unexpected("the braces of the template are not balanced");
    auto variable = variable_regexp(text.substr(1, *length - 2), default_expression);
    if (!variable) return variable;
    result += *variable;
    text.remove_prefix(*length);
  }
  return result;
}

}  // namespace gatehouse::model
