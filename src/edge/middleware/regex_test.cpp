#include "edge/middleware/regex.h"

#include <gtest/gtest.h>

namespace gatehouse::edge {
namespace {

std::string replaced(std::string_view pattern, std::string_view replacement, std::string_view text) {
  const auto regex = Regex::compile("option", pattern);
  if (!regex) return regex.error().message;
  return regex->replace_all(text, regex->parse_replacement(replacement)).value_or("no match");
}

// The expectations are what Go's regexp package gives.
TEST(Regex, ReplacesEveryMatch) {
  EXPECT_EQ(replaced("a", "b", "banana"), "bbnbnb");
  EXPECT_EQ(replaced("^a", "b", "aaa"), "baa");
  EXPECT_EQ(replaced("x", "y", "banana"), "no match");
  EXPECT_EQ(replaced("a*", "-", "baaac"), "-b-c-");
  EXPECT_EQ(replaced("", "-", "ab"), "-a-b-");
  EXPECT_EQ(replaced("", "-", ""), "-");
  EXPECT_EQ(replaced("$", "!", "ab"), "ab!");
  EXPECT_EQ(replaced("a|b*", "x", "ab"), "xx");
  EXPECT_EQ(replaced("", "-", "\xc3\xa4z"), "-\xc3\xa4-z-");
}

TEST(Regex, ExpandsReferences) {
  EXPECT_EQ(replaced("(a)(b)", "$2$1", "ab"), "ba");
  EXPECT_EQ(replaced("(a)(b)", "${2}x$1", "ab"), "bxa");
  EXPECT_EQ(replaced("(a)", "$1x", "a"), "");  // the group named "1x"
  EXPECT_EQ(replaced("(?P<first>a)", "<$first>", "a"), "<a>");
  EXPECT_EQ(replaced("a", "$0$0", "a"), "aa");
  EXPECT_EQ(replaced("a", "$1|$9|$none", "a"), "||");
  EXPECT_EQ(replaced("(a)", "$01", "a"), "");
  EXPECT_EQ(replaced("(a)|(b)", "[$1$2]", "ab"), "[a][b]");
}

TEST(Regex, KeepsDollarsThatReferToNothing) {
  EXPECT_EQ(replaced("a", "$$", "a"), "$");
  EXPECT_EQ(replaced("a", "1$", "a"), "1$");
  EXPECT_EQ(replaced("a", "$-", "a"), "$-");
  EXPECT_EQ(replaced("a", "${", "a"), "${");
  EXPECT_EQ(replaced("a", "${}", "a"), "${}");
  EXPECT_EQ(replaced("a", "${1", "a"), "${1");
}

TEST(Regex, MatchesAtTheStart) {
  const auto regex = Regex::compile("option", "a+").value();
  EXPECT_EQ(regex.match_at_start("aab"), 2U);
  EXPECT_EQ(regex.match_at_start("baa"), std::nullopt);
  EXPECT_EQ(regex.match_at_start(""), std::nullopt);
}

TEST(Regex, NamesTheOptionOfABrokenExpression) {
  EXPECT_EQ(
      Regex::compile("redirectRegex.regex", "^(.*").error().message,
      "redirectRegex.regex: `^(.*` is no regular expression: missing ): ^(.* (the dialect is RE2: no look-around, "
      "no back-references)");
  EXPECT_FALSE(Regex::compile("option", "(?=a)"));
}

}  // namespace
}  // namespace gatehouse::edge
