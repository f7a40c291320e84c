#include "base/parse_int.h"

#include <cstdint>

#include <gtest/gtest.h>

namespace gatehouse::base {
namespace {

TEST(ParseInt, TakesTheWholeTextOrNothing) {
  EXPECT_EQ(parse_int<int>("42"), 42);
  EXPECT_EQ(parse_int<int>("-42"), -42);
  for (auto text : {"", " 42", "42 ", "+42", "4_2", "0x2a", "42a"})
    EXPECT_EQ(parse_int<int>(text), std::nullopt) << text;
}

TEST(ParseInt, RefusesWhatDoesNotFit) {
  EXPECT_EQ(parse_int<std::uint8_t>("255"), 255);
  EXPECT_EQ(parse_int<std::uint8_t>("256"), std::nullopt);
  EXPECT_EQ(parse_int<std::uint16_t>("-1"), std::nullopt);
}

}  // namespace
}  // namespace gatehouse::base
