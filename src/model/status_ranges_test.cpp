#include "model/status_ranges.h"

#include <gtest/gtest.h>

namespace gatehouse::model {
namespace {

TEST(StatusRanges, CodesAndRangesAtTheirEnds) {
  const auto ranges = StatusRanges::parse({"404", "500-502"});
  ASSERT_TRUE(ranges.has_value());
  for (const int inside : {404, 500, 501, 502}) EXPECT_TRUE(ranges->contains(inside)) << inside;
  for (const int outside : {403, 405, 499, 503}) EXPECT_FALSE(ranges->contains(outside)) << outside;
  EXPECT_TRUE(StatusRanges().empty());
  EXPECT_FALSE(StatusRanges().contains(200));
}

TEST(StatusRanges, RefusesWhatIsNone) {
  for (const auto* text : {"", "-", "5xx", "99", "1000", "500-", "-500", "502-500", "500-502-503", "+200"}) {
    EXPECT_FALSE(StatusRange::parse(text).has_value()) << text;
  }
  EXPECT_EQ(*StatusRange::parse("500 - 599"), (StatusRange{500, 599}));
}

}  // namespace
}  // namespace gatehouse::model
