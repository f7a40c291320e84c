#include "base/text.h"

#include <gmock/gmock.h>

namespace gatehouse::base {
namespace {

using testing::ElementsAre;

TEST(Text, SplitKeepsEmptyParts) {
  EXPECT_THAT(split("a,,b", ','), ElementsAre("a", "", "b"));
  EXPECT_THAT(split("", ','), ElementsAre(""));
}

TEST(Text, SplitListTrimsAndDropsEmptyItems) { EXPECT_THAT(split_list(" a , ,b"), ElementsAre("a", "b")); }

TEST(Text, TrimRemovesBlanksAround) {
  EXPECT_EQ(trim(" \ta b\r\n"), "a b");
  EXPECT_EQ(trim(" \t"), "");
}

TEST(Text, NearestSuggestsATypoAndNothingFarAway) {
  EXPECT_EQ(nearest("entrypoint", {"entrypoints", "providers"}), "entrypoints");
  EXPECT_EQ(nearest("zzzzzz", {"entrypoints", "providers"}), "");
}

}  // namespace
}  // namespace gatehouse::base
