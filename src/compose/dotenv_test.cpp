#include "compose/dotenv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::compose {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

const Environment kProcess = {{"SHELL_ONLY", "from shell"}, {"BOTH", "shell"}};

Dotenv parse(std::string_view text, const Environment& earlier = {}) {
  auto result = parse_dotenv(text, ".env", lookup_in({&kProcess}), earlier);
  EXPECT_TRUE(result) << result.error().message;
  return result ? *std::move(result) : Dotenv{};
}

std::string value_of(std::string_view text) {
  const auto values = parse(text).values;
  EXPECT_EQ(values.size(), 1u) << text;
  return values.empty() ? "" : values.begin()->second;
}

std::string error_of(std::string_view text) {
  const auto result = parse_dotenv(text, ".env", lookup_in({&kProcess}));
  return result ? "no error" : result.error().message;
}

TEST(Dotenv, ReadsNames) {
  EXPECT_THAT(parse("A=1\n B.c-d[0]_x = 2\n9: 3\nÄ=4\nexport\tE=5\nexportF=6\n").values,
              ElementsAre(Pair("9", "3"), Pair("A", "1"), Pair("B.c-d[0]_x", "2"), Pair("E", "5"), Pair("exportF", "6"),
                          Pair("Ä", "4")));
}

TEST(Dotenv, IgnoresBlankLinesCommentsAndByteOrderMark) {
  EXPECT_THAT(parse("\xEF\xBB\xBF# c\r\n\r\n\t\r\nA=1\r\n  # d=2\r\n").values, ElementsAre(Pair("A", "1")));
  EXPECT_THAT(parse("").values, IsEmpty());
  EXPECT_THAT(parse("# only a comment").values, IsEmpty());
}

TEST(Dotenv, UnquotedValuesEndAtBlankAndHash) {
  EXPECT_EQ(value_of("A=x # y"), "x");
  EXPECT_EQ(value_of("A=x#y"), "x#y");
  EXPECT_EQ(value_of("A=x\t# y"), "x\t# y");
  EXPECT_EQ(value_of("A=#x"), "#x");
  EXPECT_EQ(value_of("A= # x"), "# x");
  EXPECT_EQ(value_of("A=a\\nb 'c' \"d\"  \t"), "a\\nb 'c' \"d\"");
  EXPECT_EQ(value_of("A=x\xC2\xA0\xE2\x80\x83"), "x");
  EXPECT_EQ(value_of("A="), "");
}

TEST(Dotenv, SingleQuotesAreLiteral) {
  EXPECT_EQ(value_of("A='$B \\n # \"x\"'"), "$B \\n # \"x\"");
  EXPECT_EQ(value_of("A='it\\'s'"), "it's");
  EXPECT_EQ(value_of("A='two\nlines' # c"), "two\nlines");
  EXPECT_EQ(value_of("A='back\\\\slash'"), "back\\\\slash");
}

TEST(Dotenv, DoubleQuotesTakeEscapesAndVariables) {
  EXPECT_EQ(value_of(R"(A="q\" \\ \t|\n|\$SHELL_ONLY|$SHELL_ONLY|\x41")"), "q\" \\ \t|\n|$SHELL_ONLY|from shell|\\x41");
  EXPECT_EQ(value_of(R"(A="\0101\0351\07\0999\0400")"), "A\xC3\xA9\\07\\0999\\0400");
  EXPECT_EQ(value_of("A=\"ends in backslash\\\\\""), "ends in backslash\\");
}

TEST(Dotenv, ClosingQuoteEndsTheStatement) {
  EXPECT_THAT(parse("A='1' B=2\nC=3").values, ElementsAre(Pair("A", "1"), Pair("B", "2"), Pair("C", "3")));
}

TEST(Dotenv, NameAloneInherits) {
  EXPECT_THAT(parse("SHELL_ONLY\nNOWHERE\nexport BOTH\n").values,
              ElementsAre(Pair("BOTH", "shell"), Pair("SHELL_ONLY", "from shell")));
  EXPECT_THAT(error_of("A=1\nLAST"), HasSubstr(".env:2: the last line is a name without a value"));
}

TEST(Dotenv, ReferencesSeeProcessThenEarlierLinesThenEarlierFiles) {
  EXPECT_THAT(
      parse("BOTH=file\nA=$BOTH\nB=$A\nC=$LATER\nLATER=1\nD=$OLD\n", {{"OLD", "earlier"}, {"B", "unseen"}}).values,
      ElementsAre(Pair("A", "shell"), Pair("B", "shell"), Pair("BOTH", "file"), Pair("C", ""), Pair("D", "earlier"),
                  Pair("LATER", "1")));
}

TEST(Dotenv, LastAssignmentWinsAndAllAreListed) {
  const auto dotenv = parse("A=1\nB='x\ny'\nA=2\nC=$NOPE\n");
  EXPECT_EQ(dotenv.values.at("A"), "2");
  ASSERT_EQ(dotenv.assignments.size(), 4u);
  EXPECT_EQ(dotenv.assignments[2].name, "A");
  EXPECT_EQ(dotenv.assignments[2].line, 4u);
  ASSERT_EQ(dotenv.unset.size(), 1u);
  EXPECT_EQ(dotenv.unset[0].name, "NOPE");
  EXPECT_EQ(dotenv.unset[0].line, 5u);
}

TEST(Dotenv, ErrorsNameTheLine) {
  EXPECT_THAT(error_of("A=1\n\nB C=2\n"), HasSubstr(".env:3: a blank inside a variable's name"));
  EXPECT_THAT(error_of("A=1\nB\tC=2\n"), HasSubstr(".env:2: a blank inside a variable's name"));
  EXPECT_THAT(error_of("a/b=2\n"), HasSubstr(".env:1: a character that a variable's name cannot hold"));
  EXPECT_THAT(error_of("A=1\nB='x\ny"), HasSubstr(".env:2: the quote that opens the value of B is never closed"));
  EXPECT_THAT(error_of("A='1\n2'\nB=${X:?why}\n"), HasSubstr(".env:3: B: the variable X is required and not set: why"));
  EXPECT_THAT(error_of("A=${\n"), HasSubstr(".env:1: A: "));
}

TEST(Dotenv, ErrorsHoldNoValues) {
  for (auto text : {"P='hunter2", "P=\"hunter2\nX=1", "hunter2!=x", "P=hunter2\nA B", "P=\"hunter2\"${"}) {
    EXPECT_THAT(error_of(text), Not(HasSubstr("hunter2"))) << text;
  }
}

TEST(Dotenv, EveryPrefixEndsInAValueOrAnError) {
  const std::string text = "export A=1 # c\nB=\"x\\n${A:-y}\\0101\"\nC='z\\''\nD\n\xC3\xA4: v\n";
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const auto result = parse_dotenv(text.substr(0, i), ".env", lookup_in({&kProcess}));
    if (!result) EXPECT_THAT(result.error().message, HasSubstr(".env:"));
  }
}

TEST(RawEnv, TakesLinesAsTheyAre) {
  const auto result = parse_raw_env("# c\nA='x' # $B\r\n  SHELL_ONLY\nNOWHERE\nC==", "raw.env", lookup_in({&kProcess}));
  ASSERT_TRUE(result);
  EXPECT_THAT(result->values, ElementsAre(Pair("A", "'x' # $B"), Pair("C", "="), Pair("SHELL_ONLY", "from shell")));
}

TEST(RawEnv, RefusesBrokenNames) {
  EXPECT_THAT(parse_raw_env("A=1\n=x\n", "raw.env", lookup_in({})).error().message, HasSubstr("raw.env:2: no name"));
  EXPECT_THAT(parse_raw_env("A B=x\n", "raw.env", lookup_in({})).error().message, HasSubstr("raw.env:1: a blank"));
}

}  // namespace
}  // namespace gatehouse::compose
