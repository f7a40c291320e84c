#include "compose/interpolation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::compose {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const Environment kEnvironment = {{"SET", "value"}, {"EMPTY", ""}, {"OTHER", "other"}, {"DOLLAR", "$SET"}};

std::string expand(std::string_view text) {
  const auto result = interpolate(text, lookup_in({&kEnvironment}));
  return result ? result->text : "error: " + result.error().message;
}

std::vector<std::string> unset_of(std::string_view text) {
  const auto result = interpolate(text, lookup_in({&kEnvironment}));
  return result ? result->unset : std::vector<std::string>{result.error().message};
}

TEST(Interpolation, ReplacesNamedAndBraced) {
  EXPECT_EQ(expand("a $SET-${OTHER}b"), "a value-otherb");
  EXPECT_EQ(expand("$SETX."), ".");
  EXPECT_EQ(expand(""), "");
}

TEST(Interpolation, DollarsThatNameNothingAreLiteral) {
  EXPECT_EQ(expand("$ $1 $) $. ^x$"), "$ $1 $) $. ^x$");
  EXPECT_EQ(expand("$$SET $${SET} $$$$ $$$SET"), "$SET ${SET} $$ $value");
}

TEST(Interpolation, ValuesAreNotExpandedAgain) { EXPECT_EQ(expand("${DOLLAR}"), "$SET"); }

struct OperatorCase {
  std::string_view op, when_set, when_empty, when_unset;
};

class Operators : public ::testing::TestWithParam<OperatorCase> {};

TEST_P(Operators, FollowTheirTable) {
  const auto& c = GetParam();
  EXPECT_EQ(expand("${SET" + std::string(c.op) + "word}"), c.when_set);
  EXPECT_EQ(expand("${EMPTY" + std::string(c.op) + "word}"), c.when_empty);
  if (c.when_unset != "error") {
    EXPECT_EQ(expand("${UNSET" + std::string(c.op) + "word}"), c.when_unset);
  } else {
    EXPECT_EQ(expand("${UNSET" + std::string(c.op) + "word}"),
              "error: the variable UNSET is required and not set: word");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Six, Operators,
    ::testing::Values(OperatorCase{"-", "value", "", "word"}, OperatorCase{":-", "value", "word", "word"},
                      OperatorCase{"?", "value", "", "error"},
                      OperatorCase{":?", "value", "error: the variable EMPTY is required and empty: word", "error"},
                      OperatorCase{"+", "word", "word", ""}, OperatorCase{":+", "word", "", ""}));

TEST(Interpolation, WordsNest) {
  EXPECT_EQ(expand("${A:-${B:-${SET}}}"), "value");
  EXPECT_EQ(expand("${SET:+${OTHER:+x$SET}}"), "xvalue");
  EXPECT_EQ(expand("${A:-$$SET}"), "$SET");
  EXPECT_EQ(expand("${A:-{\"k\":{}}}${SET}"), "{\"k\":{}}value");
}

TEST(Interpolation, FirstOperatorCounts) {
  EXPECT_EQ(expand("${A:-b:?c}"), "b:?c");
  EXPECT_EQ(expand("${SET?a-b}"), "value");
}

TEST(Interpolation, UnusedWordsAreNotLookedAt) {
  EXPECT_EQ(expand("${SET:-${}}"), "value");
  EXPECT_EQ(expand("${UNSET:+${NOPE:?}}"), "");
  EXPECT_THAT(unset_of("${SET:-$NOPE}${SET}"), IsEmpty());
}

TEST(Interpolation, ListsUnsetVariables) {
  EXPECT_THAT(unset_of("$A ${B} ${C:-} ${D:-$E} $EMPTY"), ElementsAre("A", "B", "E"));
}

TEST(Interpolation, RefusesMalformedBraces) {
  for (auto text :
       {"${",       "${}", "${ X}",   "${X }",      "${X!}", "${1}",  "${X:Y}", "${X=Y}", "${X:=Y}", "${X/a/b}",
        "${X:0:1}", "${X", "${X:-{}", "${X:-a\nb}", "${X:",  "${X:}", "${-}",   "${$X}",  "${X.Y}",  "x ${A:-${}}"}) {
    EXPECT_THAT(expand(text), HasSubstr("is no variable")) << text;
  }
}

TEST(Interpolation, ErrorsHoldNoValues) {
  const Environment secrets = {{"PASSWORD", "hunter2"}};
  const auto result = interpolate("${PASSWORD}${X:?see ${PASSWORD}}", lookup_in({&secrets}));
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, Not(HasSubstr("hunter2")));
  EXPECT_THAT(result.error().message, HasSubstr("X is required and not set: see ${PASSWORD}"));
}

TEST(Interpolation, LimitsNesting) {
  const auto nested = [](int levels) {
    std::string text = "x";
    for (int i = 0; i < levels; ++i) text = "${A:-" + text + "}";
    return expand(text);
  };
  EXPECT_EQ(nested(50), "x");
  EXPECT_THAT(nested(51), HasSubstr("nested deeper than 50"));
  EXPECT_THAT(nested(2000), HasSubstr("nested deeper than 50"));
}

TEST(Interpolation, FirstEnvironmentWins) {
  const Environment shell = {{"A", "shell"}};
  const Environment file = {{"A", "file"}, {"B", "file"}};
  EXPECT_EQ(interpolate("$A $B", lookup_in({&shell, &file}))->text, "shell file");
}

TEST(Interpolation, FindsReferences) {
  using enum Reference::Need;
  const auto found = find_references("$A ${B:-x${C}} ${D?why} ${E:+$F} $$G");
  ASSERT_TRUE(found);
  EXPECT_THAT(*found,
              ElementsAre(Reference{"A", kOptional, false, "", false}, Reference{"B", kDefaulted, true, "x${C}"},
                          Reference{"C", kOptional, false, "", true}, Reference{"D", kRequired, false, "why"},
                          Reference{"E", kDefaulted, true, "$F"}, Reference{"F", kOptional, false, "", true}));
  EXPECT_FALSE(find_references("ok ${A} ${"));
}

TEST(Interpolation, EscapedTextComesBack) { EXPECT_EQ(expand(escape_dollars("a$SET ${X} $$")), "a$SET ${X} $$"); }

}  // namespace
}  // namespace gatehouse::compose
