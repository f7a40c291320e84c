#include "model/rule_utf8.h"

#include <gtest/gtest.h>

namespace gatehouse::model {
namespace {

TEST(RuleUtf8, AcceptsTheEndsOfEachLength) {
  for (const auto* text : {"", "\x7f", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(text));
  }
}

TEST(RuleUtf8, RefusesOverlongSurrogatesAndTooHigh) {
  for (const auto* text : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                           "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xC3", "\xE2\x82", "\xF0\x90\x80", "\xC3(",
                           "\xE2\x28\xA1", "\xE2\x82\x28", "\xF0\x90\x80\x28"}) {
    EXPECT_FALSE(is_utf8(text));
  }
}

TEST(RuleUtf8, ReplacesBytewise) {
  EXPECT_EQ(with_replacement_characters("a\xC3\xA9\xffz\xE2\x82"), "a\xC3\xA9\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(RuleUtf8, AppendsCodePoints) {
  std::string text;
  for (const char32_t code_point : {0x41, 0xE9, 0x20AC, 0x1F9AD}) EXPECT_TRUE(append_utf8(text, code_point));
  EXPECT_EQ(text, "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\xA6\xAD");
  for (const char32_t code_point : {0xD800, 0xDFFF, 0x110000}) EXPECT_FALSE(append_utf8(text, code_point));
}

}  // namespace
}  // namespace gatehouse::model
