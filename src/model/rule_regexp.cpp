#include "model/rule_regexp.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>
#include <re2/re2.h>

#include "model/rule_utf8.h"

namespace gatehouse::model {

namespace {

// Go spells a named group (?<name>...) or (?P<name>...); this RE2 knows the second form only.
std::string with_named_groups(std::string_view pattern) {
  std::string result;
  bool quoted = false;    // between \Q and \E
  bool in_class = false;  // between [ and ]
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const auto rest = pattern.substr(i);
    if (quoted || rest.front() == '\\') {
      if (rest.starts_with("\\Q")) quoted = true;
      if (rest.starts_with("\\E")) quoted = false;
      const std::size_t taken = rest.front() == '\\' ? std::min<std::size_t>(2, rest.size()) : 1;
      result += rest.substr(0, taken);
      i += taken - 1;
      continue;
    }
    if (rest.front() == '[') in_class = true;
    if (rest.front() == ']') in_class = false;
    if (!in_class && rest.starts_with("(?<")) {
      result += "(?P<";
      i += 2;
      continue;
    }
    result += rest.front();
  }
  return result;
}

}  // namespace

RuleRegexp::RuleRegexp(std::unique_ptr<const re2::RE2> expression) : expression_(std::move(expression)) {}
RuleRegexp::RuleRegexp(RuleRegexp&&) noexcept = default;
RuleRegexp& RuleRegexp::operator=(RuleRegexp&&) noexcept = default;
RuleRegexp::~RuleRegexp() = default;

base::Result<RuleRegexp> RuleRegexp::compile(std::string_view pattern) {
  re2::RE2::Options options(re2::RE2::Quiet);
  auto expression = std::make_unique<const re2::RE2>(
      pattern.contains("(?<") ? with_named_groups(pattern) : std::string(pattern), options);
  if (!expression->ok()) {
    return base::fail(
        base::ErrorCode::kInvalid, base::Fault::kOperator,
        fmt::format("`{}` is no regular expression: {} (the dialect is RE2: no look-around, no back-references)",
                    pattern, expression->error()));
  }
  return RuleRegexp(std::move(expression));
}

bool RuleRegexp::matches(std::string_view text) const {
  const auto found = [this](std::string_view subject) {
    return expression_->Match(subject, 0, subject.size(), re2::RE2::UNANCHORED, nullptr, 0);
  };
  return is_utf8(text) ? found(text) : found(with_replacement_characters(text));
}

std::string RuleRegexp::quote(std::string_view literal) { return re2::RE2::QuoteMeta(literal); }

}  // namespace gatehouse::model
