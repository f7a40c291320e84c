#include "model/rule_lexer.h"

#include <optional>

#include <fmt/format.h>

#include "base/parse_int.h"
#include "base/text.h"
#include "model/rule_utf8.h"

namespace gatehouse::model {

namespace {

bool starts_name(char c) { return base::is_alpha(c) || c == '_'; }
bool continues_name(char c) { return starts_name(c) || base::is_digit(c); }

std::optional<char> simple_escape(char c) {
  switch (c) {
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    case '\\':
    case '"':
      return c;
    default:
      return std::nullopt;
  }
}

}  // namespace

RuleResult<RuleToken> RuleLexer::next() {
  if (auto skipped = skip_blanks(); !skipped) return std::unexpected(skipped.error());
  if (new_line_) {
    new_line_ = may_end_ = false;
    return RuleToken{RuleToken::Kind::kNewLine, position_, "a new line"};
  }
  may_end_ = false;
  if (position_ == text_.size()) return RuleToken{RuleToken::Kind::kEnd, position_, "the end of the rule"};
  if (at("&&")) return operator_token(RuleToken::Kind::kAnd, 2);
  if (at("||")) return operator_token(RuleToken::Kind::kOr, 2);
  if (at("!") && !at("!=")) return operator_token(RuleToken::Kind::kNot, 1);
  if (at("(")) return operator_token(RuleToken::Kind::kOpen, 1);
  if (at(",")) return operator_token(RuleToken::Kind::kComma, 1);
  if (at(")")) {
    may_end_ = true;
    return operator_token(RuleToken::Kind::kClose, 1);
  }
  if (at("`")) return raw_string();
  if (at("\"")) return quoted_string();
  if (starts_name(text_[position_])) return name_token();
  return unexpected_byte();
}

RuleResult<void> RuleLexer::skip_blanks() {
  while (position_ < text_.size()) {
    const char c = text_[position_];
    if (at("//") || at("/*")) {
      if (auto skipped = skip_comment(); !skipped) return skipped;
      continue;
    }
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') break;
    if (c == '\n' && may_end_) new_line_ = true;
    ++position_;
  }
  return {};
}

RuleResult<void> RuleLexer::skip_comment() {
  const bool line_comment = at("//");
  const auto end = text_.find(line_comment ? "\n" : "*/", position_ + 2);
  if (end == std::string_view::npos && !line_comment) return rule_fault(position_, "the comment has no end, */");
  if (!line_comment && may_end_ && text_.substr(position_, end - position_).contains('\n')) new_line_ = true;
  position_ = end == std::string_view::npos ? text_.size() : end + (line_comment ? 0 : 2);
  return {};
}

RuleToken RuleLexer::operator_token(RuleToken::Kind kind, std::size_t length) {
  RuleToken token{kind, position_, std::string(text_.substr(position_, length))};
  position_ += length;
  return token;
}

RuleResult<RuleToken> RuleLexer::name_token() {
  const std::size_t start = position_;
  while (position_ < text_.size() && continues_name(text_[position_])) ++position_;
  may_end_ = true;
  return RuleToken{RuleToken::Kind::kName, start, std::string(text_.substr(start, position_ - start))};
}

RuleResult<RuleToken> RuleLexer::raw_string() {
  const std::size_t start = position_;
  const auto end = text_.find('`', start + 1);
  if (end == std::string_view::npos) return rule_fault(start, "the string has no closing back-quote");
  std::string value(text_.substr(start + 1, end - start - 1));
  std::erase(value, '\r');
  position_ = end + 1;
  may_end_ = true;
  return RuleToken{RuleToken::Kind::kString, start, std::move(value)};
}

RuleResult<RuleToken> RuleLexer::quoted_string() {
  const std::size_t start = position_++;
  std::string value;
  for (;;) {
    if (position_ == text_.size() || text_[position_] == '\n') {
      return rule_fault(start, "the string has no closing double quote");
    }
    const char c = text_[position_++];
    if (c == '"') break;
    if (c != '\\') {
      value += c;
      continue;
    }
    if (auto resolved = escape(value); !resolved) return std::unexpected(resolved.error());
  }
  may_end_ = true;
  return RuleToken{RuleToken::Kind::kString, start, std::move(value)};
}

// The backslash is behind us.
RuleResult<void> RuleLexer::escape(std::string& value) {
  const std::size_t start = position_ - 1;
  if (position_ == text_.size()) return rule_fault(start, "the string ends in a backslash");
  const char c = text_[position_];
  if (const auto resolved = simple_escape(c)) {
    value += *resolved;
    ++position_;
    return {};
  }
  if (c == 'x' || base::is_digit(c)) {
    if (c == 'x') ++position_;
    const auto byte = c == 'x' ? escaped_number(2, 16) : escaped_number(3, 8);
    if (!byte || *byte > 0xFF) return rule_fault(start, "expected \\xHH or \\OOO, up to \\xff or \\377");
    value += static_cast<char>(*byte);
    return {};
  }
  if (c == 'u' || c == 'U') {
    ++position_;
    const auto code_point = escaped_number(c == 'u' ? 4 : 8, 16);
    if (!code_point || !append_utf8(value, *code_point)) {
      return rule_fault(start, "expected \\uHHHH or \\UHHHHHHHH and a Unicode code point");
    }
    return {};
  }
  return rule_fault(start,
                    "unknown escape in a double-quoted string; write \\\\ for a backslash, or use back-quotes, "
                    "where nothing is escaped");
}

RuleResult<char32_t> RuleLexer::escaped_number(std::size_t digits, int radix) {
  const auto text = text_.substr(position_, digits);
  const auto number = base::parse_int<std::uint32_t>(text, radix);
  if (text.size() != digits || !number) return rule_fault(position_, "expected more digits");
  position_ += digits;
  return *number;
}

std::unexpected<RuleFault> RuleLexer::unexpected_byte() const {
  const char c = text_[position_];
  if (c == '\'')
    return rule_fault(position_, "strings are written in back-quotes or double quotes, not in single quotes");
  if (c == '&' || c == '|')
    return rule_fault(position_, fmt::format("expected {0}{0}, a single {0} is no operator", c));
  if (c == ';') return rule_fault(position_, "a rule is one expression: ; has no place in it");
  return rule_fault(position_, fmt::format("expected a matcher, an operator or a parenthesis, not {}",
                                           text_.substr(position_, utf8_length(text_.substr(position_)))));
}

}  // namespace gatehouse::model
