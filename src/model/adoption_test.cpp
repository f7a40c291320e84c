#include "model/adoption.h"

#include <gtest/gtest.h>

namespace gatehouse::model {
namespace {

TEST(Adoption, ComesBackAsItWas) {
  Adoption adoption{.project = "traefik",
                    .service = "proxy",
                    .image = "traefik:v3",
                    .source = "docker-compose.yml:4:5",
                    .config = {},
                    .labels = {{"traefik.enable", "true"}},
                    .networks = {"traefik-net"},
                    .mounts = {{"/etc/traefik", "/srv/config"}}};
  adoption.config.entry_points["web"].address = ":80";
  adoption.config.certificates_resolvers["le"].acme.emplace().storage = "/srv/acme.json";
  const auto again = decode_adoption(encode(adoption), "file");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, adoption);
}

TEST(Adoption, RefusesWhatItCannotRead) {
  EXPECT_NE(decode_adoption("{", "a.json").error().message.find("a.json"), std::string::npos);
  EXPECT_EQ(decode_adoption("{\"version\":2}", "a.json").error().code, base::ErrorCode::kUnsupported);
  EXPECT_EQ(decode_adoption("{\"version\":1,\"surprise\":1}", "a.json").error().code, base::ErrorCode::kInvalid);
}

TEST(Adoption, FindsPathsBehindMounts) {
  const Adoption adoption{.project = {},
                          .service = {},
                          .image = {},
                          .source = {},
                          .config = {},
                          .labels = {},
                          .networks = {},
                          .mounts = {{"/etc/traefik", "/srv/a"}, {"/etc/traefik/dynamic/", "/srv/b"}}};
  EXPECT_EQ(adoption.host_path("/etc/traefik/traefik.yml"), "/srv/a/traefik.yml");
  EXPECT_EQ(adoption.host_path("/etc/traefik"), "/srv/a");
  EXPECT_EQ(adoption.host_path("/etc/traefik/dynamic/x.yml"), "/srv/b/x.yml");
  EXPECT_EQ(adoption.host_path("/etc/traefik/dynamic"), "/srv/b");
  EXPECT_EQ(adoption.host_path("/etc/traefik2"), "/etc/traefik2");
}

}  // namespace
}  // namespace gatehouse::model
