#include "discovery/container_names.h"

#include <gtest/gtest.h>

namespace gatehouse::discovery {
namespace {

docker::Container container(std::string name, docker::Labels labels = {}) {
  docker::Container result;
  result.name = std::move(name);
  result.labels = std::move(labels);
  return result;
}

TEST(Normalize, RunsOfOtherCharactersBecomeOneDash) {
  EXPECT_EQ(normalize("my_app.v2"), "my-app-v2");
  EXPECT_EQ(normalize("__a__b__"), "a-b");
  EXPECT_EQ(normalize("..."), "");
}

TEST(ServiceName, ComesFromComposeOrTheContainer) {
  EXPECT_EQ(service_name(container("shop-web-1",
                                   {{"com.docker.compose.service", "web"}, {"com.docker.compose.project", "shop"}})),
            "web_shop");
  EXPECT_EQ(service_name(container("c1", {{"com.docker.compose.service", "web"}})), "c1");
}

TEST(DefaultRule, RendersNamesAndLabels) {
  const auto web = container("my_web", {{"domain", "Example.com"}});
  EXPECT_EQ(render_default_rule("Host(`{{ normalize .Name }}`)", web), "Host(`my-web`)");
  EXPECT_EQ(render_default_rule("Host(`{{ .ContainerName | trimPrefix \"my_\" }}.test`)", web), "Host(`web.test`)");
  EXPECT_EQ(render_default_rule("Host(`{{ index .Labels \"domain\" | lower }}`)", web), "Host(`example.com`)");
  EXPECT_EQ(render_default_rule("Host(`{{ .Name | replace \"_\" \"--\" }}`)", web), "Host(`my--web`)");
  EXPECT_EQ(render_default_rule("{{ index .Labels \"absent\" }}", web), "");
}

TEST(DefaultRule, NamesWhatItDoesNotKnow) {
  const auto refused = render_default_rule("Host(`{{ .Image }}`)", container("a"));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find(".Image"), std::string::npos);
  EXPECT_FALSE(render_default_rule("Host(`{{ .Name`)", container("a")));
  EXPECT_FALSE(render_default_rule("{{ index .Labels \"x }}", container("a")));
}

}  // namespace
}  // namespace gatehouse::discovery
