// A rule's text as tokens, as Go's scanner finds them: identifiers, strings, operators; comments and blanks are
// skipped, and a new line counts where a statement could end. Made and used by the rule parser, for one rule.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace gatehouse::model {

// Where in the rule something is wrong, and what.
struct RuleFault {
  std::size_t offset;
  std::string message;
};

template <class T>
using RuleResult = std::expected<T, RuleFault>;

[[nodiscard]] inline std::unexpected<RuleFault> rule_fault(std::size_t offset, std::string message) {
  return std::unexpected(RuleFault{offset, std::move(message)});
}

struct RuleToken {
  enum class Kind { kName, kString, kAnd, kOr, kNot, kOpen, kClose, kComma, kNewLine, kEnd };

  Kind kind;
  std::size_t offset;
  std::string text;  // the name; the value of the string, escapes resolved; else as it is written
};

class RuleLexer {
 public:
  // The text must outlive the lexer.
  explicit RuleLexer(std::string_view text) : text_(text) {}

  // After kEnd comes kEnd again.
  [[nodiscard]] RuleResult<RuleToken> next();

 private:
  [[nodiscard]] bool at(std::string_view expected) const { return text_.substr(position_).starts_with(expected); }
  [[nodiscard]] RuleResult<void> skip_blanks();
  [[nodiscard]] RuleResult<void> skip_comment();
  [[nodiscard]] RuleToken operator_token(RuleToken::Kind kind, std::size_t length);
  [[nodiscard]] RuleResult<RuleToken> name_token();
  [[nodiscard]] RuleResult<RuleToken> raw_string();
  [[nodiscard]] RuleResult<RuleToken> quoted_string();
  [[nodiscard]] RuleResult<void> escape(std::string& value);
  [[nodiscard]] RuleResult<char32_t> escaped_number(std::size_t digits, int radix);
  [[nodiscard]] std::unexpected<RuleFault> unexpected_byte() const;

  std::string_view text_;
  std::size_t position_ = 0;
  bool may_end_ = false;   // the last token may end a statement: a new line behind it counts
  bool new_line_ = false;  // one was passed while it counted
};

}  // namespace gatehouse::model
