#include "edge/backends/rendezvous.h"

#include <map>

#include <gtest/gtest.h>

namespace gatehouse::edge {
namespace {

constexpr auto kAny = [](std::uint32_t) { return true; };

std::string source(int number) { return "10.0." + std::to_string(number / 250) + "." + std::to_string(number % 250); }

TEST(Rendezvous, SourceStaysAndOnlyThoseOfALostChoiceMove) {
  const Rendezvous rendezvous({"http://a", "http://b", "http://c"}, {1, 1, 1});
  int moved = 0;
  for (int i = 0; i < 300; ++i) {
    const auto before = rendezvous.choose(source(i), kAny).value();
    EXPECT_EQ(rendezvous.choose(source(i), kAny), before);
    const auto after = rendezvous.choose(source(i), [](std::uint32_t choice) { return choice != 1; }).value();
    if (before != 1) EXPECT_EQ(after, before);
    moved += after == before ? 0 : 1;
  }
  EXPECT_GT(moved, 50);
}

TEST(Rendezvous, SharesAreThoseOfTheWeights) {
  const Rendezvous rendezvous({"http://a", "http://b", "http://c"}, {3, 1, 0});
  std::map<std::uint32_t, int> counts;
  for (int i = 0; i < 4000; ++i) ++counts[rendezvous.choose(source(i), kAny).value()];
  EXPECT_NEAR(counts[0], 3000, 300);
  EXPECT_EQ(counts.count(2), 0u);
}

TEST(Rendezvous, NobodyUsableIsNobody) {
  const Rendezvous rendezvous({"http://a"}, {1});
  EXPECT_FALSE(rendezvous.choose("x", [](std::uint32_t) { return false; }));
  EXPECT_FALSE(Rendezvous({}, {}).choose("x", kAny));
}

}  // namespace
}  // namespace gatehouse::edge
