#include "tls/sni.h"

#include <gtest/gtest.h>

namespace gatehouse::tls {
namespace {

std::string extension(const std::string& name) {
  const auto size = [](std::size_t bytes) {
    return std::string{static_cast<char>(bytes >> 8), static_cast<char>(bytes & 0xff)};
  };
  return size(name.size() + 3) + '\0' + size(name.size()) + name;
}

TEST(Sni, IsTheOneNameInLowerCase) {
  EXPECT_EQ(parse_sni(extension("App.Test")), "app.test");
  EXPECT_EQ(parse_sni(extension("app.test.")), "app.test");
  EXPECT_EQ(parse_sni(extension(std::string(253, 'a'))), std::string(253, 'a'));
}

TEST(Sni, WhatIsMalformedIsNoName) {
  const auto whole = extension("app.test");
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(parse_sni(whole.substr(0, size))) << size;
  EXPECT_FALSE(parse_sni(whole + "x"));
  EXPECT_FALSE(parse_sni(extension("")));
  EXPECT_FALSE(parse_sni(extension(".")));
  EXPECT_FALSE(parse_sni(extension(std::string(255, 'a'))));
  EXPECT_FALSE(parse_sni(extension(std::string("app\0.test", 9))));
  EXPECT_FALSE(parse_sni(extension("app test")));
  EXPECT_FALSE(parse_sni(extension("app/test")));
  auto other_type = whole;
  other_type[2] = 1;
  EXPECT_FALSE(parse_sni(other_type));
}

}  // namespace
}  // namespace gatehouse::tls
