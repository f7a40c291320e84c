#include "discovery/file_template.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace gatehouse::discovery {

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

namespace {

base::Failure refuse(std::string_view text, std::size_t at, std::string_view file, std::string_view why) {
  const auto line = 1 + std::ranges::count(text.substr(0, at), '\n');
  return fail(ErrorCode::kUnsupported, Fault::kOperator,
              fmt::format("{}:{}: {}: only {{{{ env \"NAME\" }}}} is supported; write the rest out", file, line, why));
}

// NAME of: env "NAME" or env `NAME`.
std::optional<std::string> name_of(std::string_view action) {
  if (!action.starts_with("env")) return std::nullopt;
  action = base::trim(action.substr(3));
  if (action.size() < 3 || (action.front() != '"' && action.front() != '`') || action.back() != action.front()) {
    return std::nullopt;
  }
  const auto name = action.substr(1, action.size() - 2);
  const bool plain = std::ranges::all_of(name, [](char c) { return base::is_alnum(c) || c == '_'; });
  return plain ? std::optional(std::string(name)) : std::nullopt;
}

}  // namespace

Result<std::string> expand_template(std::string_view text, std::string_view file, const Environment& environment) {
  std::string result;
  std::size_t at = 0;
  for (;;) {
    const auto open = text.find("{{", at);
    result += text.substr(at, open == std::string_view::npos ? open : open - at);
    if (open == std::string_view::npos) return result;
    const auto close = text.find("}}", open);
    if (close == std::string_view::npos) return refuse(text, open, file, "an action {{ is not closed");
    auto action = text.substr(open + 2, close - open - 2);
    const bool trims_before = action.starts_with("- ");
    const bool trims_after = action.ends_with(" -");
    if (trims_before) {
      while (!result.empty() && base::trim(result.substr(result.size() - 1)).empty()) result.pop_back();
      action.remove_prefix(1);
    }
    if (trims_after) action.remove_suffix(1);
    action = base::trim(action);
    at = close + 2;
    if (trims_after) {
      while (at < text.size() && base::trim(text.substr(at, 1)).empty()) ++at;
    }
    if (action.starts_with("/*") && action.ends_with("*/")) continue;
    const auto name = name_of(action);
    if (!name) return refuse(text, open, file, fmt::format("the template action \"{}\" is not supported", action));
    result += environment(*name).value_or("");
  }
}

}  // namespace gatehouse::discovery
