#include "edge/kept.h"

#include <vector>

#include <gtest/gtest.h>

namespace gatehouse::edge {

TEST(Kept, SameKeyIsTheSameValueWhileItIsHeld) {
  Kept<int> kept;
  auto first = kept.find_or_make("a", 1);
  EXPECT_EQ(kept.find_or_make("a", 2), first);
  EXPECT_EQ(*kept.find_or_make("b", 3), 3);
  first.reset();
  EXPECT_EQ(*kept.find_or_make("a", 4), 4);
}

TEST(Kept, ForgetsWhatNobodyHolds) {
  Kept<int> kept;
  const auto held = kept.find_or_make("held", 1);
  for (int i = 0; i < 10'000; ++i) kept.find_or_make(std::to_string(i), i);
  EXPECT_LT(kept.size(), 200u);
  EXPECT_EQ(kept.find_or_make("held", 2), held);
}

TEST(Kept, HoldsHoweverManyAreInUse) {
  Kept<int> kept;
  std::vector<std::shared_ptr<int>> held;
  for (int i = 0; i < 1000; ++i) held.push_back(kept.find_or_make(std::to_string(i), i));
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(*kept.find_or_make(std::to_string(i), -1), i);
}

}  // namespace gatehouse::edge
