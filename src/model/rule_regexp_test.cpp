#include "model/rule_regexp.h"

#include <gtest/gtest.h>

namespace gatehouse::model {
namespace {

bool matches(std::string_view pattern, std::string_view text) {
  return RuleRegexp::compile(pattern).value().matches(text);
}

TEST(RuleRegexp, IsUnanchored) {
  EXPECT_TRUE(matches("ample", "example.com"));
  EXPECT_FALSE(matches("^ample", "example.com"));
  EXPECT_TRUE(matches("", ""));
}

TEST(RuleRegexp, LineEndsAreTextEnds) {
  EXPECT_FALSE(matches("^b$", "a\nb\nc"));
  EXPECT_TRUE(matches("(?m)^b$", "a\nb\nc"));
  EXPECT_FALSE(matches("^a.b$", "a\nb"));
}

TEST(RuleRegexp, CaseFoldingMayStandAnywhere) {
  EXPECT_TRUE(matches("^/a(?i)bc$", "/aBC"));
  EXPECT_FALSE(matches("^/a(?i)bc$", "/Abc"));
}

TEST(RuleRegexp, BothSpellingsOfNamedGroups) {
  EXPECT_TRUE(matches("^(?P<a>x)(?<b>y)$", "xy"));
  EXPECT_TRUE(matches(R"(\(?<b>)", "(<b>"));
  EXPECT_TRUE(matches(R"(\Q(?<b>\E)", "(?<b>"));
  EXPECT_TRUE(matches("^[(?<]$", "<"));
  EXPECT_FALSE(RuleRegexp::compile("(?<=a)b"));
}

TEST(RuleRegexp, BytesThatAreNoUtf8AreOneCharacterEach) {
  EXPECT_TRUE(matches("^/.$", "/\xff"));
  EXPECT_FALSE(matches("^/.$", "/\xff\xfe"));
  EXPECT_TRUE(matches("^/..$", "/\xC3\xA9\xff"));
  EXPECT_TRUE(matches("\xEF\xBF\xBD", "a\xff"));
}

TEST(RuleRegexp, RefusesWithTheReason) {
  const auto refused = RuleRegexp::compile("(a");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("missing )"), std::string::npos);
  EXPECT_EQ(refused.error().fault, base::Fault::kOperator);
  EXPECT_FALSE(RuleRegexp::compile("\xff"));
}

TEST(RuleRegexp, QuotedTextMatchesItself) {
  const std::string text = "/a.b*(c)[d]{e}\\^$|+?-\xC3\xA9";
  EXPECT_TRUE(matches("^" + RuleRegexp::quote(text) + "$", text));
}

}  // namespace
}  // namespace gatehouse::model
