#include "edge/middleware/retry_expression.h"

#include <optional>
#include <string>

#include "base/parse_int.h"
#include "base/text.h"
#include "edge/middleware/invalid_option.h"

namespace gatehouse::edge {

using base::Result;
using Predicate = RetryExpression::Predicate;

namespace {

constexpr int kDepthMax = 32;

// oxy calls these two a network error, whoever made them.
bool is_network_error(const Attempt& attempt) { return attempt.status == 502 || attempt.status == 504; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), rest_(text) {}

  Result<Predicate> parse() {
    BASE_TRY(auto predicate, any());
    skip_blanks();
    if (!rest_.empty()) return unexpected("the end");
    return predicate;
  }

 private:
  Result<Predicate> any() {
    BASE_TRY(auto left, all());
    while (take("||")) {
      BASE_TRY(auto right, all());
      left = [a = std::move(left), b = std::move(right)](const Attempt& attempt) { return a(attempt) || b(attempt); };
    }
    return left;
  }

  Result<Predicate> all() {
    BASE_TRY(auto left, one());
    while (take("&&")) {
      BASE_TRY(auto right, one());
      left = [a = std::move(left), b = std::move(right)](const Attempt& attempt) { return a(attempt) && b(attempt); };
    }
    return left;
  }

  Result<Predicate> one() {
    if (++depth_ > kDepthMax) return unexpected("fewer parentheses");
    auto result = one_within();
    --depth_;
    return result;
  }

  Result<Predicate> one_within() {
    if (take("!")) {
      BASE_TRY(auto inner, one());
      return Predicate([inner = std::move(inner)](const Attempt& attempt) { return !inner(attempt); });
    }
    if (take("(")) {
      BASE_TRY(auto inner, any());
      if (!take(")")) return unexpected("')'");
      return inner;
    }
    if (take_call("IsNetworkError")) return Predicate(is_network_error);
    if (take_call("Attempts")) return compare_number([](const Attempt& attempt) { return attempt.number; });
    if (take_call("ResponseCode")) return compare_number([](const Attempt& attempt) { return attempt.status; });
    if (take_call("RequestMethod")) return compare_method();
    return unexpected("IsNetworkError(), Attempts(), ResponseCode() or RequestMethod()");
  }

  Result<Predicate> compare_number(int (*value)(const Attempt&)) {
    const auto compare = take_comparison();
    if (!compare) return unexpected("a comparison such as ==");
    skip_blanks();
    const auto digits = rest_.substr(0, std::min(rest_.find_first_not_of("0123456789"), rest_.size()));
    const auto number = base::parse_int<int>(digits);
    if (!number) return unexpected("a number");
    rest_.remove_prefix(digits.size());
    return Predicate([value, compare = *compare, number = *number](const Attempt& attempt) {
      return compare(value(attempt), number);
    });
  }

  Result<Predicate> compare_method() {
    const bool equal = take("==");
    if (!equal && !take("!=")) return unexpected("== or !=");
    skip_blanks();
    const char quote = rest_.empty() ? '\0' : rest_.front();
    const auto end = rest_.find(quote, 1);
    if ((quote != '"' && quote != '`') || end == std::string_view::npos) return unexpected("a text");
    const std::string method(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    return Predicate([equal, method](const Attempt& attempt) { return (attempt.method == method) == equal; });
  }

  std::optional<bool (*)(int, int)> take_comparison() {
    if (take("==")) return [](int a, int b) { return a == b; };
    if (take("!=")) return [](int a, int b) { return a != b; };
    if (take("<=")) return [](int a, int b) { return a <= b; };
    if (take(">=")) return [](int a, int b) { return a >= b; };
    if (take("<")) return [](int a, int b) { return a < b; };
    if (take(">")) return [](int a, int b) { return a > b; };
    return std::nullopt;
  }

  bool take_call(std::string_view name) {
    const auto before = rest_;
    if (take(name) && take("(") && take(")")) return true;
    rest_ = before;
    return false;
  }

  bool take(std::string_view token) {
    skip_blanks();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }

  [[nodiscard]] base::Failure unexpected(std::string_view wanted) {
    skip_blanks();
    return invalid_option("`{}`: expected {} at \"{}\"", text_, wanted, rest_);
  }

  std::string_view text_;
  std::string_view rest_;
  int depth_ = 0;
};

}  // namespace

Result<RetryExpression> RetryExpression::parse(std::string_view text) {
  BASE_TRY(auto predicate, Parser(text).parse());
  return RetryExpression(std::move(predicate));
}

}  // namespace gatehouse::edge
