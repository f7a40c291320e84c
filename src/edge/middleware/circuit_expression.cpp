#include "edge/middleware/circuit_expression.h"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include "edge/middleware/invalid_option.h"

namespace gatehouse::edge {

using base::Result;
using Predicate = CircuitExpression::Predicate;
using Quantity = CircuitExpression::Quantity;

namespace {

constexpr int kDepthMax = 32;

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
      left = [a = std::move(left), b = std::move(right)](const CircuitReadings& seen) { return a(seen) || b(seen); };
    }
    return left;
  }

  Result<Predicate> all() {
    BASE_TRY(auto left, one());
    while (take("&&")) {
      BASE_TRY(auto right, one());
      left = [a = std::move(left), b = std::move(right)](const CircuitReadings& seen) { return a(seen) && b(seen); };
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
    if (take("(")) {
      BASE_TRY(auto inner, any());
      if (!take(")")) return unexpected("')'");
      return inner;
    }
    BASE_TRY(auto quantity, quantity_of_name());
    const auto compare = take_comparison();
    if (!compare) return unexpected("a comparison such as >");
    const auto limit = take_number();
    if (!limit) return unexpected("a number");
    return Predicate([quantity = std::move(quantity), compare = *compare, limit = *limit](const CircuitReadings& seen) {
      return compare(quantity(seen), limit);
    });
  }

  Result<Quantity> quantity_of_name() {
    if (take("NetworkErrorRatio")) {
      if (!take("(") || !take(")")) return unexpected("()");
      return Quantity([](const CircuitReadings& seen) { return seen.network_error_ratio(); });
    }
    if (take("ResponseCodeRatio")) {
      std::array<int, 4> codes{};
      for (std::size_t i = 0; i < codes.size(); ++i) {
        if (!take(i == 0 ? "(" : ",")) return unexpected("four statuses: ResponseCodeRatio(500, 600, 0, 600)");
        const auto code = take_number();
        if (!code || *code != std::floor(*code) || *code < 0 || *code > 1000) return unexpected("a status");
        codes[i] = static_cast<int>(*code);
      }
      if (!take(")")) return unexpected("')'");
      return Quantity([codes](const CircuitReadings& seen) {
        return seen.response_code_ratio(codes[0], codes[1], codes[2], codes[3]);
      });
    }
    if (take("LatencyAtQuantileMS")) {
      if (!take("(")) return unexpected("a quantile: LatencyAtQuantileMS(50.0)");
      const auto quantile = take_number();
      if (!quantile || *quantile < 0 || *quantile > 100) return unexpected("a quantile from 0 to 100");
      if (!take(")")) return unexpected("')'");
      return Quantity([quantile = *quantile](const CircuitReadings& seen) { return seen.latency_ms_at(quantile); });
    }
    return unexpected("NetworkErrorRatio(), ResponseCodeRatio(...) or LatencyAtQuantileMS(...)");
  }

  std::optional<bool (*)(double, double)> take_comparison() {
    if (take("==")) return [](double a, double b) { return a == b; };
    if (take("!=")) return [](double a, double b) { return a != b; };
    if (take("<=")) return [](double a, double b) { return a <= b; };
    if (take(">=")) return [](double a, double b) { return a >= b; };
    if (take("<")) return [](double a, double b) { return a < b; };
    if (take(">")) return [](double a, double b) { return a > b; };
    return std::nullopt;
  }

  std::optional<double> take_number() {
    skip_blanks();
    double number = 0;
    const auto [end, error] =
        std::from_chars(rest_.data(), rest_.data() + rest_.size(), number, std::chars_format::fixed);
    if (error != std::errc() || !std::isfinite(number)) return std::nullopt;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return number;
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

Result<CircuitExpression> CircuitExpression::parse(std::string_view text) {
  BASE_TRY(auto predicate, Parser(text).parse());
  return CircuitExpression(std::move(predicate));
}

}  // namespace gatehouse::edge
