#include "edge/routing/route_keys.h"

#include <gmock/gmock.h>

namespace gatehouse::edge {
namespace {

using testing::ElementsAre;
using testing::Optional;

RouteKeys hosts(std::string_view text) { return host_keys(model::parse_rule(text).value()); }
RouteKeys paths(std::string_view text) { return path_keys(model::parse_rule(text).value()); }

TEST(RouteKeys, AHostIsProven) {
  EXPECT_THAT(hosts("Host(`a`)"), Optional(ElementsAre("a")));
  EXPECT_THAT(hosts("Host(`*.a`)"), Optional(ElementsAre("*.a")));
  EXPECT_THAT(hosts("Host(`a`) && PathPrefix(`/x`)"), Optional(ElementsAre("a")));
  EXPECT_THAT(hosts("Host(`b`) || Host(`a`) || Host(`b`)"), Optional(ElementsAre("a", "b")));
  EXPECT_THAT(hosts("(Host(`a`) && Path(`/x`)) || (Host(`b`) && !Path(`/y`))"), Optional(ElementsAre("a", "b")));
}

TEST(RouteKeys, TheFewestHostsAreTaken) {
  EXPECT_THAT(hosts("(Host(`a`) || Host(`b`)) && Host(`b`)"), Optional(ElementsAre("b")));
  EXPECT_THAT(hosts("Host(`*.b`) && Host(`long.b`)"), Optional(ElementsAre("long.b")));
}

TEST(RouteKeys, NothingIsProven) {
  for (const auto* text : {"PathPrefix(`/`)", "!Host(`a`)", "HostRegexp(`a`)", "Host(`*`)", "Host(`a`) || Path(`/x`)",
                           "!(Host(`a`) && Path(`/x`))", "Host(`a`) || !Host(`b`)"}) {
    EXPECT_EQ(hosts(text), std::nullopt) << text;
  }
}

TEST(RouteKeys, APathIsProven) {
  EXPECT_THAT(paths("Host(`a`) && Path(`/x`)"), Optional(ElementsAre("/x")));
  EXPECT_THAT(paths("PathPrefix(`/x`) && Path(`/x/y`)"), Optional(ElementsAre("/x/y")));
  EXPECT_THAT(paths("PathPrefix(`/x`) || Path(`/y`)"), Optional(ElementsAre("/x", "/y")));
  EXPECT_EQ(paths("Host(`a`) || Path(`/x`)"), std::nullopt);
  EXPECT_EQ(paths("!Path(`/x`)"), std::nullopt);
  EXPECT_EQ(paths("PathRegexp(`^/x`)"), std::nullopt);
}

}  // namespace
}  // namespace gatehouse::edge
