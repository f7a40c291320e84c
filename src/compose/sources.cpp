#include "compose/sources.h"

#include <algorithm>

#include <fmt/format.h>

namespace gatehouse::compose {

Sources::Sources() { sources_.push_back({"(no file)", {}, {}, std::make_shared<const Environment>()}); }

std::uint32_t Sources::add(Source source) {
  sources_.push_back(std::move(source));
  return static_cast<std::uint32_t>(sources_.size() - 1);
}

namespace {

// Aliases and merge keys show one place to the checks several times.
void add_once(std::vector<Diagnostic>& list, Position at, std::string text) {
  const auto same = [&](const Diagnostic& other) { return other.at == at && other.text == text; };
  if (list.size() < Problems::kErrorsMax && std::ranges::none_of(list, same)) list.push_back({at, std::move(text)});
}

}  // namespace

void Problems::error(Position at, std::string text) { add_once(errors_, at, std::move(text)); }

void Problems::error(const base::Error& error) { add_once(errors_, {}, error.message); }

void Problems::warn(Position at, std::string text) { add_once(warnings_, at, std::move(text)); }

base::Failure Problems::failure(const Sources& sources) const {
  std::vector<std::string> lines;
  for (const auto& error : errors_) {
    const bool located_already = error.at == Position{};
    lines.push_back(located_already ? error.text : fmt::format("{}: {}", sources.locate(error.at), error.text));
  }
  base::Error result{base::ErrorCode::kInvalid, base::Fault::kOperator, base::Retry::kNo, lines.front(), {}};
  if (lines.size() > 1) result.detail = fmt::format("{}", fmt::join(lines, "\n"));
  return base::fail(std::move(result));
}

std::string shown(const format::YamlNode& node) {
  constexpr std::size_t kShownMax = 60;
  if (node.confidential) return "its value";
  if (node.text.size() <= kShownMax) return fmt::format("'{}'", node.text);
  return fmt::format("'{}...'", std::string_view(node.text).substr(0, kShownMax));
}

}  // namespace gatehouse::compose
