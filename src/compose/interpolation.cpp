#include "compose/interpolation.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace gatehouse::compose {

namespace {

constexpr std::size_t kNestingMax = 50;

enum class Operator { kNone, kDefault, kRequired, kAlternative };

// What one "$" starts.
struct Part {
  enum class Kind { kLiteral, kVariable };
  Kind kind = Kind::kLiteral;
  std::size_t bytes = 1;  // of the text that it takes, the "$" included
  std::string_view name;
  Operator op = Operator::kNone;
  bool colon = false;
  std::string_view word;
};

bool leads_name(char c) { return base::is_alpha(c) || c == '_'; }
bool continues_name(char c) { return leads_name(c) || base::is_digit(c); }

std::string_view leading_name(std::string_view text) {
  if (text.empty() || !leads_name(text[0])) return {};
  const auto end = std::ranges::find_if_not(text, continues_name);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

base::Failure invalid(std::string message) {
  return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator, std::move(message));
}

base::Failure malformed(std::string_view braced) {
  constexpr std::size_t kShownMax = 40;
  const auto line = braced.substr(0, braced.find('\n'));
  return invalid(
      fmt::format("'{}{}' is no variable: write ${{NAME}}, ${{NAME:-default}} or ${{NAME:?message}}, "
                  "or $$ for a dollar",
                  line.substr(0, kShownMax), line.size() > kShownMax ? "..." : ""));
}

// Where the brace that text starts with is closed, or npos. Braces in between have to balance.
std::size_t find_closing_brace(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size() && text[i] != '\n'; ++i) {
    if (text[i] == '{') ++depth;
    if (text[i] == '}' && --depth == 0) return i;
  }
  return std::string_view::npos;
}

Operator operator_of(char c) {
  switch (c) {
    case '-':
      return Operator::kDefault;
    case '?':
      return Operator::kRequired;
    case '+':
      return Operator::kAlternative;
    default:
      return Operator::kNone;
  }
}

// text starts with "${".
base::Result<Part> parse_braced(std::string_view text) {
  const auto close = find_closing_brace(text.substr(1));
  if (close == std::string_view::npos) return malformed(text);
  Part part{.kind = Part::Kind::kVariable, .bytes = close + 2, .name = {}, .word = {}};
  std::string_view body = text.substr(2, close - 1);
  part.name = leading_name(body);
  if (part.name.empty()) return malformed(text.substr(0, part.bytes));
  body.remove_prefix(part.name.size());
  if (body.empty()) return part;
  part.colon = body[0] == ':';
  if (part.colon) body.remove_prefix(1);
  if (!body.empty()) part.op = operator_of(body[0]);
  if (part.op == Operator::kNone) return malformed(text.substr(0, part.bytes));
  part.word = body.substr(1);
  return part;
}

// text starts with "$".
base::Result<Part> parse_part(std::string_view text) {
  if (text.size() == 1) return Part{};
  if (text[1] == '$') return Part{.bytes = 2, .name = {}, .word = {}};
  if (text[1] == '{') return parse_braced(text);
  const auto name = leading_name(text.substr(1));
  if (name.empty()) return Part{};
  return Part{.kind = Part::Kind::kVariable, .bytes = 1 + name.size(), .name = name, .word = {}};
}

class Interpolator {
 public:
  explicit Interpolator(const Lookup& lookup) : lookup_(lookup) {}

  base::Result<std::string> expand(std::string_view text, std::size_t depth = 0) {
    if (depth > kNestingMax) return invalid(fmt::format("variables nested deeper than {} levels", kNestingMax));
    std::string result;
    while (!text.empty()) {
      const auto dollar = text.find('$');
      result += text.substr(0, dollar);
      if (dollar == std::string_view::npos) break;
      text.remove_prefix(dollar);
      BASE_TRY(const auto part, parse_part(text));
      if (part.kind == Part::Kind::kLiteral) {
        result += '$';
      } else {
        BASE_TRY(const auto value, value_of(part, depth));
        result += value;
      }
      text.remove_prefix(part.bytes);
    }
    return result;
  }

  std::vector<std::string> take_unset() { return std::move(unset_); }

 private:
  base::Result<std::string> value_of(const Part& part, std::size_t depth) {
    auto value = lookup_(part.name);
    const bool counts_as_set = value && !(part.colon && value->empty());
    switch (part.op) {
      case Operator::kNone:
        if (!value) unset_.emplace_back(part.name);
        return value.value_or("");
      case Operator::kDefault:
        if (counts_as_set) return *std::move(value);
        return expand(part.word, depth + 1);
      case Operator::kRequired:
        if (counts_as_set) return *std::move(value);
        // Variables in the message stay as written: their values may be secrets.
        return invalid(fmt::format("the variable {} is required and {}{}{}", part.name, value ? "empty" : "not set",
                                   part.word.empty() ? "" : ": ", part.word));
      case Operator::kAlternative:
        if (counts_as_set) return expand(part.word, depth + 1);
        return value.value_or("");
    }
    return invalid("an unknown operator");
  }

  const Lookup& lookup_;
  std::vector<std::string> unset_;
};

Reference::Need need_of(Operator op) {
  switch (op) {
    case Operator::kDefault:
    case Operator::kAlternative:
      return Reference::Need::kDefaulted;
    case Operator::kRequired:
      return Reference::Need::kRequired;
    case Operator::kNone:
      break;
  }
  return Reference::Need::kOptional;
}

// What is malformed in a word that an environment may leave unused is no error: it is not looked into further.
void collect_references(std::string_view text, std::size_t depth, std::vector<Reference>& found) {
  while (depth <= kNestingMax) {
    const auto dollar = text.find('$');
    if (dollar == std::string_view::npos) return;
    text.remove_prefix(dollar);
    const auto part = parse_part(text);
    if (!part) return;
    if (part->kind == Part::Kind::kVariable) {
      found.push_back({std::string(part->name), need_of(part->op), part->colon, std::string(part->word), depth > 0});
      if (part->op != Operator::kRequired) collect_references(part->word, depth + 1, found);
    }
    text.remove_prefix(part->bytes);
  }
}

}  // namespace

Lookup lookup_in(std::vector<const Environment*> environments) {
  return [environments = std::move(environments)](std::string_view name) -> std::optional<std::string> {
    for (const auto* environment : environments) {
      if (const auto found = environment->find(name); found != environment->end()) return found->second;
    }
    return std::nullopt;
  };
}

base::Result<Interpolated> interpolate(std::string_view text, const Lookup& lookup) {
  Interpolator interpolator(lookup);
  BASE_TRY(auto result, interpolator.expand(text));
  return Interpolated{std::move(result), interpolator.take_unset()};
}

base::Result<std::vector<Reference>> find_references(std::string_view text) {
  for (std::string_view rest = text;;) {
    const auto dollar = rest.find('$');
    if (dollar == std::string_view::npos) break;
    rest.remove_prefix(dollar);
    BASE_TRY(const auto part, parse_part(rest));
    rest.remove_prefix(part.bytes);
  }
  std::vector<Reference> found;
  collect_references(text, 0, found);
  return found;
}

std::string escape_dollars(std::string_view text) {
  std::string result;
  for (const char c : text) result.append(c == '$' ? 2 : 1, c);
  return result;
}

}  // namespace gatehouse::compose
