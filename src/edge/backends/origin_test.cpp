#include "edge/backends/origin.h"

#include <gtest/gtest.h>

namespace gatehouse::edge {
namespace {

model::Server server(std::string url, bool preserve_path = false) {
  model::Server result;
  result.url = std::move(url);
  result.preserve_path = preserve_path;
  return result;
}

TEST(Origin, TakesTheURLApart) {
  const auto origin = parse_origin(server("http://10.0.0.1:8080/base/"), "");
  ASSERT_TRUE(origin);
  EXPECT_EQ(origin->host, "10.0.0.1");
  EXPECT_EQ(origin->port, 8080);
  EXPECT_EQ(origin->authority, "10.0.0.1:8080");
  EXPECT_FALSE(origin->secure);
  EXPECT_EQ(origin->base_path, "") << "the path counts with preservePath only";
}

TEST(Origin, KeepsThePathWhenAsked) {
  EXPECT_EQ(parse_origin(server("http://a/base", true), "")->base_path, "/base");
  EXPECT_EQ(parse_origin(server("http://a/base/?x=1", true), "")->base_path, "/base");
  EXPECT_EQ(parse_origin(server("http://a/", true), "")->base_path, "");
}

TEST(Origin, DefaultsThePort) {
  EXPECT_EQ(parse_origin(server("http://a"), "")->port, 80);
  EXPECT_EQ(parse_origin(server("https://a"), "")->port, 443);
  EXPECT_EQ(parse_origin(server("https://[::1]:8443"), "")->host, "::1");
}

TEST(Origin, ConnectionsAreSharedByTransport) {
  EXPECT_NE(parse_origin(server("https://a"), "x@file")->pool_key,
            parse_origin(server("https://a"), "y@file")->pool_key);
  EXPECT_NE(parse_origin(server("https://a:80"), "")->pool_key, parse_origin(server("http://a:80"), "")->pool_key);
}

TEST(Origin, RefusesWhatItCannotReach) {
  for (auto url :
       {"", "10.0.0.1:80", "http://", "http://a:0", "http://a:70000", "http://a:x", "http://[::1", "ftp://a"}) {
    EXPECT_FALSE(parse_origin(server(url), "")) << url;
  }
}

}  // namespace
}  // namespace gatehouse::edge
