#include "acme/renewal.h"

#include <gtest/gtest.h>

namespace gatehouse::acme {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::hours;

TEST(RenewalSchedule, DependsOnTheLifetimeAsInTraefik) {
  const auto expect = [](hours lifetime, std::chrono::seconds ahead, std::chrono::seconds interval) {
    const auto schedule = RenewalSchedule::of(lifetime);
    EXPECT_EQ(schedule.ahead, ahead) << lifetime.count();
    EXPECT_EQ(schedule.interval, interval) << lifetime.count();
  };
  expect(365 * 24h, days(120), days(7));
  expect(365 * 24h - 1h, days(30), days(1));
  expect(90 * 24h, days(30), days(1));
  expect(90 * 24h - 1h, days(10), 12h);
  expect(30 * 24h, days(10), 12h);
  expect(30 * 24h - 1h, days(2), 2h);
  expect(6 * 24h, days(2), 2h);
  expect(6 * 24h - 1h, 6h, 10min);
  expect(24h, 6h, 10min);
  expect(23h, 20min, 1min);
  expect(0h, 20min, 1min);
}

TEST(BackOff, DoublesUpToALimit) {
  EXPECT_EQ(back_off(Failure::kRefused, 1), 5min);
  EXPECT_EQ(back_off(Failure::kRefused, 2), 10min);
  EXPECT_EQ(back_off(Failure::kRefused, 8), 640min);
  EXPECT_EQ(back_off(Failure::kRefused, 9), 12h);
  EXPECT_EQ(back_off(Failure::kRefused, 1'000'000), 12h);
  EXPECT_EQ(back_off(Failure::kUnreached, 1), 30s);
  EXPECT_EQ(back_off(Failure::kUnreached, 1'000'000), 1h);
}

}  // namespace
}  // namespace gatehouse::acme
