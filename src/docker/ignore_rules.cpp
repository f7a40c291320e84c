#include "docker/ignore_rules.h"

#include <span>

#include "base/text.h"

namespace gatehouse::docker {

namespace {

// Without empty parts and "."; ".." stays and matches nothing.
std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  for (const auto part : base::split(path, '/')) {
    if (!part.empty() && part != ".") parts.push_back(part);
  }
  return parts;
}

// A class "[...]" at the begin of the pattern: whether it holds c, and the pattern after it.
bool matches_class(std::string_view& pattern, char c) {
  pattern.remove_prefix(1);
  const bool negated = pattern.starts_with('^') || pattern.starts_with('!');
  if (negated) pattern.remove_prefix(1);
  bool found = false;
  for (bool first = true; !pattern.empty() && (first || pattern.front() != ']'); first = false) {
    const auto take = [&] {
      if (pattern.starts_with('\\') && pattern.size() > 1) pattern.remove_prefix(1);
      const char taken = pattern.front();
      pattern.remove_prefix(1);
      return taken;
    };
    const char low = take();
    char high = low;
    if (pattern.size() > 1 && pattern[0] == '-' && pattern[1] != ']') {
      pattern.remove_prefix(1);
      high = take();
    }
    found = found || (low <= c && c <= high);
  }
  if (!pattern.empty()) pattern.remove_prefix(1);
  return found != negated;
}

using Parts = std::span<const std::string>;
using PathParts = std::span<const std::string_view>;

// The pattern matches the path or a folder above it.
bool matches_parts(Parts pattern, PathParts path) {
  if (pattern.empty()) return true;
  if (pattern.front() == "**") {
    if (pattern.size() == 1) return !path.empty();  // all that is in the folder, not the folder itself
    for (std::size_t skipped = 0; skipped <= path.size(); ++skipped) {
      if (matches_parts(pattern.subspan(1), path.subspan(skipped))) return true;
    }
    return false;
  }
  if (path.empty() || !matches_part(pattern.front(), path.front())) return false;
  return matches_parts(pattern.subspan(1), path.subspan(1));
}

}  // namespace

bool matches_part(std::string_view pattern, std::string_view part) {
  while (!pattern.empty()) {
    if (pattern.front() == '*') {
      pattern.remove_prefix(1);
      for (std::size_t skipped = 0; skipped <= part.size(); ++skipped) {
        if (matches_part(pattern, part.substr(skipped))) return true;
      }
      return false;
    }
    if (part.empty()) return false;
    if (pattern.front() == '[') {
      if (!matches_class(pattern, part.front())) return false;
    } else {
      const bool any = pattern.front() == '?';
      if (pattern.front() == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
      if (!any && pattern.front() != part.front()) return false;
      pattern.remove_prefix(1);
    }
    part.remove_prefix(1);
  }
  return part.empty();
}

IgnoreRules IgnoreRules::parse(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  IgnoreRules rules;
  for (auto line : base::split(text, '\n')) {
    if (line.starts_with('#')) continue;
    line = base::trim(line);
    Pattern pattern;
    if (line.starts_with('!')) {
      pattern.takes_back = true;
      line = base::trim(line.substr(1));
    }
    for (const auto part : parts_of(line)) pattern.parts.emplace_back(part);
    if (pattern.parts.empty()) continue;
    rules.has_exceptions_ = rules.has_exceptions_ || pattern.takes_back;
    rules.patterns_.push_back(std::move(pattern));
  }
  return rules;
}

bool IgnoreRules::matches(const Pattern& pattern, const std::vector<std::string_view>& path) {
  return matches_parts(pattern.parts, path);
}

bool IgnoreRules::ignores(std::string_view path) const {
  const auto parts = parts_of(path);
  bool ignored = false;
  for (const auto& pattern : patterns_) {
    if (ignored == pattern.takes_back && matches(pattern, parts)) ignored = !pattern.takes_back;
  }
  return ignored;
}

}  // namespace gatehouse::docker
