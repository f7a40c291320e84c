#include "edge/backends/sticky.h"

#include <gtest/gtest.h>

namespace gatehouse::edge {
namespace {

const std::vector<std::string> kUrls = {"http://10.0.0.1:80", "http://10.0.0.2:80"};

std::string written(const model::Cookie& config) {
  http::Fields response;
  Sticky(config, "app@docker", kUrls).remember(0, response);
  return std::string(response.get(http::FieldId::kSetCookie));
}

std::optional<Sticky::Held> held(const std::string& cookies) {
  http::Fields request;
  request.add("Cookie", cookies);
  model::Cookie config;
  config.name = "c";
  return Sticky(config, "app@docker", kUrls).chosen(request);
}

TEST(Sticky, WritesTheHashOfTheChoiceUnderTheHashOfTheService) {
  EXPECT_EQ(written({}), "_a9f6e=df5bd2f9c0180410; Path=/");
}

TEST(Sticky, WritesWhatIsConfigured) {
  model::Cookie config{.name = "c",
                       .secure = true,
                       .http_only = true,
                       .same_site = "Strict",
                       .max_age = 60,
                       .path = "/app",
                       .domain = ".a.test"};
  EXPECT_EQ(written(config),
            "c=df5bd2f9c0180410; Path=/app; Domain=a.test; Max-Age=60; HttpOnly; Secure; SameSite=Strict");
  config = {
      .name = "c", .secure = false, .http_only = false, .same_site = "none", .max_age = -1, .path = "", .domain = ""};
  EXPECT_EQ(written(config), "c=df5bd2f9c0180410; Max-Age=0; SameSite=None");
}

TEST(Sticky, KnowsItsOwnAndTraefiksOldCookies) {
  const auto mine = held("a=b; c=df5bd2f9c0180410");
  ASSERT_TRUE(mine);
  EXPECT_EQ(mine->choice, 0u);
  EXPECT_FALSE(mine->outdated);
  for (const auto* old : {"c=http://10.0.0.2:80", "c=4c6738eb2f66e70e", "c=e12bce2575fc1822"}) {
    const auto known = held(old);
    ASSERT_TRUE(known) << old;
    EXPECT_EQ(known->choice, 1u);
    EXPECT_TRUE(known->outdated);
  }
}

TEST(Sticky, OtherCookiesSayNothing) {
  for (const auto* cookies : {"", "c=", "c", "cc=df5bd2f9c0180410", "c=DF5BD2F9C0180410", "c=df5bd2f9c01804100"}) {
    EXPECT_FALSE(held(cookies)) << cookies;
  }
}

}  // namespace
}  // namespace gatehouse::edge
