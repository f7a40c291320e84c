#include "edge/middleware/regex.h"

#include <algorithm>

#include <re2/re2.h>

#include "base/parse_int.h"
#include "base/text.h"
#include "edge/middleware/invalid_option.h"

namespace gatehouse::edge {

namespace {

constexpr int kNoGroup = 1 << 20;  // more than RE2 allows: stands for nothing

bool is_name_byte(char c) { return base::is_alnum(c) || c == '_'; }

// The name behind a '$', and how much of the text belongs to it; nullopt: the '$' is only a '$'.
struct Reference {
  std::string_view name;
  std::size_t length;
};

std::optional<Reference> read_reference(std::string_view text) {
  const bool braced = text.starts_with('{');
  const auto begin = text.begin() + (braced ? 1 : 0);
  const auto end = std::find_if_not(begin, text.end(), is_name_byte);
  if (begin == end) return std::nullopt;
  if (!braced) return Reference{{begin, end}, static_cast<std::size_t>(end - text.begin())};
  if (end == text.end() || *end != '}') return std::nullopt;
  return Reference{{begin, end}, static_cast<std::size_t>(end - text.begin()) + 1};
}

// The bytes of the character at the start of a text that is not empty.
std::size_t character_bytes(std::string_view text) {
  std::size_t bytes = 1;
  while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) ++bytes;
  return bytes;
}

}  // namespace

Regex::Regex(std::unique_ptr<const re2::RE2> expression) : expression_(std::move(expression)) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

base::Result<Regex> Regex::compile(std::string_view option, std::string_view pattern) {
  const re2::RE2::Options options(re2::RE2::Quiet);
  auto expression = std::make_unique<const re2::RE2>(std::string(pattern), options);
  if (!expression->ok()) {
    return invalid_option(
        "{}: `{}` is no regular expression: {} (the dialect is RE2: no look-around, no back-references)", option,
        pattern, expression->error());
  }
  return Regex(std::move(expression));
}

int Regex::group_of(std::string_view name) const {
  if (std::ranges::all_of(name, base::is_digit)) {
    const bool leading_zero = name.size() > 1 && name.front() == '0';
    const auto number = base::parse_int<int>(name);
    return leading_zero || !number || *number > expression_->NumberOfCapturingGroups() ? kNoGroup : *number;
  }
  const auto& groups = expression_->NamedCapturingGroups();
  const auto found = groups.find(std::string(name));
  return found == groups.end() ? kNoGroup : found->second;
}

Regex::Replacement Regex::parse_replacement(std::string_view text) const {
  Replacement replacement;
  std::string literal;
  const auto end_literal = [&] {
    if (!literal.empty()) replacement.parts_.push_back({.text = std::exchange(literal, {})});
  };
  while (!text.empty()) {
    const auto dollar = text.find('$');
    literal += text.substr(0, dollar);
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar + 1);
    if (const auto reference = read_reference(text)) {
      end_literal();
      replacement.parts_.push_back({.text = {}, .group = group_of(reference->name)});
      text.remove_prefix(reference->length);
    } else {
      literal += '$';
      if (text.starts_with('$')) text.remove_prefix(1);
    }
  }
  end_literal();
  return replacement;
}

std::optional<std::size_t> Regex::match_at_start(std::string_view text) const {
  re2::StringPiece match;
  if (!expression_->Match(text, 0, text.size(), re2::RE2::UNANCHORED, &match, 1)) return std::nullopt;
  if (match.data() != text.data()) return std::nullopt;
  return match.size();
}

std::optional<std::string> Regex::replace_all(std::string_view text, const Replacement& replacement) const {
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(expression_->NumberOfCapturingGroups()) + 1);
  std::string result;
  std::size_t copied = 0;  // of the text
  bool found = false;
  for (std::size_t from = 0; from <= text.size();) {
    if (!expression_->Match(text, from, text.size(), re2::RE2::UNANCHORED, groups.data(),
                            static_cast<int>(groups.size()))) {
      break;
    }
    found = true;
    const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
    const auto end = begin + groups[0].size();
    result += text.substr(copied, begin - copied);
    // An empty match right behind another one is none.
    if (end > copied || begin == 0) {
      for (const auto& part : replacement.parts_) {
        if (part.group < 0) result += part.text;
        if (part.group >= 0 && static_cast<std::size_t>(part.group) < groups.size()) {
          result.append(groups[part.group].data(), groups[part.group].size());
        }
      }
    }
    copied = end;
    const auto next_character = from < text.size() ? from + character_bytes(text.substr(from)) : from + 1;
    from = std::max(end, next_character);
  }
  if (!found) return std::nullopt;
  result += text.substr(std::min(copied, text.size()));
  return result;
}

}  // namespace gatehouse::edge
