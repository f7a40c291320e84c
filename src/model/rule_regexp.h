// A regular expression of a rule, with the meaning that Go's regexp package gives it: RE2, unanchored, bytes that are
// no UTF-8 read as U+FFFD. Immutable; matching is safe from several threads at once.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace re2 {
class RE2;
}

namespace gatehouse::model {

class RuleRegexp {
 public:
  // Errors: kInvalid, the operator's, with the expression and the reason.
  [[nodiscard]] static base::Result<RuleRegexp> compile(std::string_view pattern);

  RuleRegexp(RuleRegexp&&) noexcept;
  RuleRegexp& operator=(RuleRegexp&&) noexcept;
  ~RuleRegexp();

  // Whether it is found anywhere in the text.
  [[nodiscard]] bool matches(std::string_view text) const;

  // The text as a pattern that matches itself.
  [[nodiscard]] static std::string quote(std::string_view literal);

 private:
  explicit RuleRegexp(std::unique_ptr<const re2::RE2> expression);

  std::unique_ptr<const re2::RE2> expression_;
};

}  // namespace gatehouse::model
