#include "edge/middleware/circuit.h"

#include <gtest/gtest.h>

#include "edge/middleware/test_support.h"

namespace gatehouse::edge {
namespace {

using namespace std::chrono_literals;

const Circuit::Time kStart(std::chrono::hours(100));

struct FixedReadings final : CircuitReadings {
  [[nodiscard]] double network_error_ratio() const override { return 0.25; }
  [[nodiscard]] double response_code_ratio(int a, int b, int c, int d) const override {
    return a == 500 && b == 600 && c == 0 && d == 600 ? 0.5 : -1;
  }
  [[nodiscard]] double latency_ms_at(double quantile) const override { return quantile == 99.5 ? 120 : 10; }
};

bool holds(std::string_view text) {
  const auto expression = CircuitExpression::parse(text);
  EXPECT_TRUE(expression) << text;
  return expression && expression->holds(FixedReadings());
}

Circuit circuit(std::string_view expression) {
  return Circuit({.condition = *CircuitExpression::parse(expression),
                  .check_period = 100ms,
                  .open_time = 10s,
                  .recovery_time = 10s});
}

}  // namespace

TEST(CircuitExpression, ComparesWhatWasSeen) {
  EXPECT_TRUE(holds("NetworkErrorRatio() > 0.20"));
  EXPECT_FALSE(holds("NetworkErrorRatio()>0.25"));
  EXPECT_TRUE(holds("NetworkErrorRatio() >= 0.25 && NetworkErrorRatio() <= 0.25 && NetworkErrorRatio() == 0.25"));
  EXPECT_TRUE(holds("ResponseCodeRatio(500, 600, 0, 600) != 0.4"));
  EXPECT_TRUE(holds("LatencyAtQuantileMS(99.5) > 100"));
  EXPECT_TRUE(holds("LatencyAtQuantileMS(50) < 100"));
  EXPECT_TRUE(holds("NetworkErrorRatio() > 1 || (LatencyAtQuantileMS(50.0) > 5 && LatencyAtQuantileMS(50.0) < 11)"));
  EXPECT_FALSE(holds("(NetworkErrorRatio() > 1 || NetworkErrorRatio() > 0.1) && NetworkErrorRatio() > 2"));
}

TEST(CircuitExpression, WhatCannotBeReadIsRefused) {
  for (const auto* text :
       {"", "NetworkErrorRatio", "NetworkErrorRatio()", "NetworkErrorRatio() >", "NetworkErrorRatio() > x",
        "NetworkErrorRatio() > 1 &&", "NetworkErrorRatio() > 1 extra", "ResponseCodeRatio(1,2,3) > 1",
        "ResponseCodeRatio(1.5,2,3,4) > 1", "LatencyAtQuantileMS() > 1", "LatencyAtQuantileMS(101) > 1", "(",
        "Other() > 1", "NetworkErrorRatio() > inf", "NetworkErrorRatio() > nan", "NetworkErrorRatio() > 1)"}) {
    EXPECT_FALSE(CircuitExpression::parse(text)) << text;
  }
  EXPECT_FALSE(CircuitExpression::parse(std::string(1000, '(') + "NetworkErrorRatio() > 1" + std::string(1000, ')')));
}

TEST(CircuitWindow, RatiosAreThoseOfTheLastTenSeconds) {
  CircuitWindow window;
  EXPECT_EQ(window.network_error_ratio(kStart), 0);
  EXPECT_EQ(window.response_code_ratio(500, 600, 0, 600, kStart), 0);
  for (const int status : {200, 502, 504, 503}) window.record(status, 1ms, kStart);
  EXPECT_EQ(window.network_error_ratio(kStart), 0.5);
  EXPECT_EQ(window.response_code_ratio(500, 600, 0, 600, kStart), 0.75);
  EXPECT_EQ(window.response_code_ratio(500, 600, 200, 300, kStart), 3);
  window.record(200, 1ms, kStart + 9s);
  EXPECT_EQ(window.network_error_ratio(kStart + 9s), 0.4);
  EXPECT_EQ(window.network_error_ratio(kStart + 10s), 0);
  window.record(999, 1ms, kStart + 10s);
  EXPECT_EQ(window.response_code_ratio(599, 600, 0, 600, kStart + 10s), 0.5);
  window.clear();
  EXPECT_EQ(window.response_code_ratio(0, 600, 0, 600, kStart + 10s), 0);
}

TEST(CircuitWindow, QuantilesAreThoseOfTheLastMinute) {
  CircuitWindow window;
  EXPECT_EQ(window.latency_ms_at(50, kStart), 0);
  for (int i = 1; i <= 100; ++i) window.record(200, std::chrono::milliseconds(i), kStart);
  EXPECT_NEAR(window.latency_ms_at(50, kStart), 50, 2);
  EXPECT_NEAR(window.latency_ms_at(99, kStart), 99, 3);
  EXPECT_NEAR(window.latency_ms_at(100, kStart + 49s), 100, 4);
  EXPECT_EQ(window.latency_ms_at(0, kStart), 0.0 + window.latency_ms_at(1, kStart));
  EXPECT_EQ(window.latency_ms_at(50, kStart + 61s), 0);
  window.record(200, std::chrono::hours(100), kStart + 61s);
  EXPECT_GT(window.latency_ms_at(50, kStart + 61s), 4'000'000);
}

TEST(Circuit, OpensWhenItsConditionHoldsAndRecoversBitByBit) {
  auto breaker = circuit("NetworkErrorRatio() > 0.5");
  EXPECT_FALSE(breaker.record(200, 1ms, kStart));
  EXPECT_TRUE(breaker.admits(kStart));
  EXPECT_FALSE(breaker.record(502, 1ms, kStart + 50ms));  // it looks again after the period only
  EXPECT_FALSE(breaker.record(502, 1ms, kStart + 60ms));
  EXPECT_TRUE(breaker.record(502, 1ms, kStart + 200ms));
  EXPECT_FALSE(breaker.admits(kStart + 200ms));
  EXPECT_FALSE(breaker.admits(kStart + 10s));
  const auto recovery = kStart + 10200ms;
  EXPECT_FALSE(breaker.admits(recovery));  // begins with nothing
  int admitted = 0;
  for (int i = 0; i < 1000; ++i) admitted += breaker.admits(recovery + i * 10ms) ? 1 : 0;
  EXPECT_GT(admitted, 300);
  EXPECT_LT(admitted, 510);
  EXPECT_TRUE(breaker.admits(recovery + 10001ms));
  EXPECT_TRUE(breaker.admits(recovery + 10001ms));
}

TEST(Circuit, OpensAgainWhenItFailsWhileItRecovers) {
  auto breaker = circuit("NetworkErrorRatio() > 0.5");
  ASSERT_TRUE(breaker.record(502, 1ms, kStart));
  ASSERT_FALSE(breaker.admits(kStart + 10s));
  EXPECT_FALSE(breaker.admits(kStart + 19s));
  EXPECT_TRUE(breaker.admits(kStart + 19s));
  EXPECT_TRUE(breaker.record(502, 1ms, kStart + 19s));
  EXPECT_FALSE(breaker.admits(kStart + 19s));
}

TEST(CircuitBreaker, RefusesWithItsStatusAndRemembersThroughANewConfiguration) {
  Workbench bench;
  const auto failing = std::make_shared<FakeNext>(std::vector<FakeNext::Answer>{{.status = 502}});
  const auto config = with<model::CircuitBreaker>(&model::Middleware::circuit_breaker,
                                                  {.expression = "NetworkErrorRatio() > 0.3", .response_code = 429});
  const auto handler = bench.make(config, failing);
  ASSERT_TRUE(handler);
  EXPECT_EQ(bench.ask(*handler).status, 502);
  const auto refused = bench.ask(*handler);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.content, "Too Many Requests");
  EXPECT_EQ(failing->seen.size(), 1u);
  const auto again = bench.make(config, failing);
  EXPECT_EQ(bench.ask(*again).status, 429);
  // Under another rule it begins anew.
  const auto other = bench.make(
      with<model::CircuitBreaker>(&model::Middleware::circuit_breaker, {.expression = "NetworkErrorRatio() > 0.4"}),
      failing);
  EXPECT_EQ(bench.ask(*other).status, 502);
}

TEST(CircuitBreaker, WrongOptionsAreRefused) {
  Workbench bench;
  const auto next = std::make_shared<FakeNext>();
  for (const auto& config : {model::CircuitBreaker{.expression = ""}, model::CircuitBreaker{.expression = "x"},
                             model::CircuitBreaker{.expression = "NetworkErrorRatio() > 1", .check_period = -1s},
                             model::CircuitBreaker{.expression = "NetworkErrorRatio() > 1", .response_code = 1}}) {
    EXPECT_FALSE(bench.make(with<model::CircuitBreaker>(&model::Middleware::circuit_breaker, config), next));
  }
}

}  // namespace gatehouse::edge
