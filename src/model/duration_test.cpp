#include "model/duration.h"

#include <gmock/gmock.h>

namespace gatehouse::model {
namespace {

using namespace std::chrono_literals;

TEST(Duration, ReadsWhatGoReadsAndPlainSeconds) {
  EXPECT_EQ(*parse_duration("30"), 30s);
  EXPECT_EQ(*parse_duration("-5"), -5s);
  EXPECT_EQ(*parse_duration("0"), 0s);
  EXPECT_EQ(*parse_duration("100ms"), 100ms);
  EXPECT_EQ(*parse_duration("1h2m3s"), 1h + 2min + 3s);
  EXPECT_EQ(*parse_duration("1.5h"), 90min);
  EXPECT_EQ(*parse_duration(".5s"), 500ms);
  EXPECT_EQ(*parse_duration("5.s"), 5s);
  EXPECT_EQ(*parse_duration("-1m"), -1min);
  EXPECT_EQ(*parse_duration("+2us"), 2us);
  EXPECT_EQ(*parse_duration("7\xC2\xB5s"), 7us);
  EXPECT_EQ(*parse_duration("1ns"), 1ns);
  EXPECT_EQ(*parse_duration("1.2345678909s"), 1234567890ns);
}

TEST(Duration, RefusesEverythingElse) {
  for (const auto* text : {"", "-", "s", "1x", "1.s2", "1m2", " 1s", "1s ", ".s", "--1s", "1e3s", "10days", "5M"}) {
    EXPECT_FALSE(parse_duration(text).has_value()) << text;
  }
}

TEST(Duration, EndsWhere64BitsEnd) {
  EXPECT_TRUE(parse_duration("9223372036").has_value());
  EXPECT_FALSE(parse_duration("9223372037").has_value());
  EXPECT_TRUE(parse_duration("2562047h47m16.854775807s").has_value());
  EXPECT_FALSE(parse_duration("2562047h47m16.854775808s").has_value());
}

TEST(Duration, PrintsAsGoDoes) {
  EXPECT_EQ(to_string(0s), "0s");
  EXPECT_EQ(to_string(30s), "30s");
  EXPECT_EQ(to_string(90s), "1m30s");
  EXPECT_EQ(to_string(1h), "1h0m0s");
  EXPECT_EQ(to_string(100ms), "100ms");
  EXPECT_EQ(to_string(1500ms), "1.5s");
  EXPECT_EQ(to_string(1500us), "1.5ms");
  EXPECT_EQ(to_string(7us), "7\xC2\xB5s");
  EXPECT_EQ(to_string(12ns), "12ns");
  EXPECT_EQ(to_string(-61s), "-1m1s");
  EXPECT_EQ(to_string(Duration::max()), "2562047h47m16.854775807s");
  EXPECT_EQ(to_string(Duration::min()), "-2562047h47m16.854775808s");
}

}  // namespace
}  // namespace gatehouse::model
