#include "edge/backends/schedule.h"

#include <map>

#include <gmock/gmock.h>

namespace gatehouse::edge {
namespace {

std::vector<std::uint32_t> take(const Schedule& schedule, int count) {
  std::vector<std::uint32_t> taken;
  for (int i = 0; i < count; ++i) taken.push_back(schedule.next());
  return taken;
}

TEST(Schedule, EqualWeightsAlternate) {
  EXPECT_THAT(take(Schedule({1, 1, 1}), 6), testing::ElementsAre(0, 1, 2, 0, 1, 2));
  EXPECT_THAT(take(Schedule({7, 7}), 4), testing::ElementsAre(0, 1, 0, 1));
}

TEST(Schedule, HeavyOnesAreSpread) {
  EXPECT_THAT(take(Schedule({5, 1, 1}), 7), testing::ElementsAre(0, 0, 1, 0, 2, 0, 0));
}

TEST(Schedule, WithoutWeightThereIsNoTurn) {
  EXPECT_THAT(take(Schedule({0, 3, -1}), 2), testing::ElementsAre(1, 1));
  EXPECT_TRUE(Schedule({0, 0}).empty());
  EXPECT_TRUE(Schedule({}).empty());
}

TEST(Schedule, TurnsOfTheUnusablePass) {
  const Schedule schedule({1, 1, 1});
  std::vector<std::uint32_t> taken;
  for (int i = 0; i < 4; ++i) taken.push_back(schedule.next([](std::uint32_t index) { return index != 1; }).value());
  EXPECT_THAT(taken, testing::ElementsAre(0, 2, 0, 2));
  EXPECT_FALSE(schedule.next([](std::uint32_t) { return false; }));
  EXPECT_FALSE(Schedule({}).next([](std::uint32_t) { return true; }));
}

TEST(Schedule, LightOnesAreFoundBehindAHeavyOneThatIsUnusable) {
  const Schedule schedule({4000, 1, 1});
  std::map<std::uint32_t, int> counts;
  for (int i = 0; i < 100; ++i) ++counts[schedule.next([](std::uint32_t index) { return index != 0; }).value()];
  EXPECT_EQ(counts.size(), 2u);
}

TEST(Schedule, LargeWeightsKeepTheirRatioAndSmallOnesTheirTurn) {
  const Schedule schedule({2'000'000'000, 1'000'000'000, 1});
  std::map<std::uint32_t, int> counts;
  for (int i = 0; i < 4096; ++i) ++counts[schedule.next()];
  EXPECT_NEAR(counts[0], 2 * counts[1], 8);
  EXPECT_GE(counts[2], 1);
}

}  // namespace
}  // namespace gatehouse::edge
