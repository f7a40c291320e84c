// CircuitExpression: circuitBreaker.expression, such as "NetworkErrorRatio() > 0.3 || LatencyAtQuantileMS(50.0) > 100".
// Immutable, safe from several threads. Grammar: Go expressions over NetworkErrorRatio(), ResponseCodeRatio(a, b, c, d)
// and LatencyAtQuantileMS(q), as Traefik's (oxy) has them.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"

namespace gatehouse::edge {

// What a circuit has seen of late.
class CircuitReadings {
 public:
  // The share of answers 502 and 504; 0 when there was none at all.
  [[nodiscard]] virtual double network_error_ratio() const = 0;
  // Answers with a status in [a, b) for each in [c, d); 0 when there was none of the latter.
  [[nodiscard]] virtual double response_code_ratio(int a, int b, int c, int d) const = 0;
  // In whole milliseconds; the quantile is 0 to 100.
  [[nodiscard]] virtual double latency_ms_at(double quantile) const = 0;

 protected:
  ~CircuitReadings() = default;
};

class CircuitExpression {
 public:
  // kInvalid, the operator's, with the place at which it cannot be read.
  static base::Result<CircuitExpression> parse(std::string_view text);

  [[nodiscard]] bool holds(const CircuitReadings& readings) const { return predicate_(readings); }

  using Predicate = std::function<bool(const CircuitReadings&)>;
  using Quantity = std::function<double(const CircuitReadings&)>;

 private:
  explicit CircuitExpression(Predicate predicate) : predicate_(std::move(predicate)) {}

  Predicate predicate_;
};

}  // namespace gatehouse::edge
