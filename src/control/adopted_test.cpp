#include "control/adopted.h"

#include <gmock/gmock.h>

#include "model/static_source.h"

namespace gatehouse::control {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

model::StaticConfig configured(std::vector<std::string> arguments) {
  auto loaded = model::load_static({.arguments = std::move(arguments), .environment = {}, .file = {}});
  EXPECT_TRUE(loaded) << loaded.error().message;
  return std::move(loaded->config);
}

model::Adoption traefik() {
  model::Adoption record;
  record.project = "reverse-proxy";
  record.service = "traefik";
  record.source = "docker-compose.yml:3:3";
  record.config = configured({"--entrypoints.web.address=:80", "--entrypoints.websecure.address=:443",
                              "--providers.docker.exposedbydefault=false", "--providers.docker.network=traefik-net",
                              "--certificatesresolvers.le.acme.email=a@b.c", "--log.level=WARN"});
  record.mounts = {{"/certs", "/srv/certs"}, {"/etc/traefik", "/srv/traefik"}};
  return record;
}

TEST(Adopted, IsTheConfigurationOfWhoHasNone) {
  auto config = configured({});
  std::vector<std::string> notices;
  Adopted({traefik()}).extend(config, notices);
  auto expected = traefik().config;
  EXPECT_EQ(config, expected);
  EXPECT_TRUE(notices.empty());
}

TEST(Adopted, OwnOptionsHaveTheLastWord) {
  auto config = configured(
      {"--entrypoints.websecure.address=:8443", "--log.level=DEBUG", "--accesslog", "--gatehouse.statedir=/tmp/x"});
  std::vector<std::string> notices;
  Adopted({traefik()}).extend(config, notices);
  EXPECT_EQ(config.entry_points.at("websecure").address, ":8443");
  EXPECT_EQ(config.entry_points.at("web").address, ":80");
  EXPECT_FALSE(config.entry_points.contains("http"));
  EXPECT_EQ(config.log.level, "DEBUG");
  EXPECT_TRUE(config.access_log);
  EXPECT_EQ(config.gatehouse.state_dir, "/tmp/x");
  EXPECT_EQ(config.providers.docker->network, "traefik-net");
  EXPECT_THAT(notices, ElementsAre(HasSubstr("the entry point websecure of docker-compose.yml:3:3 is left out")));
}

TEST(Adopted, NothingChangesWithoutRecords) {
  auto config = configured({"--api.insecure"});
  const auto before = config;
  std::vector<std::string> notices;
  Adopted().extend(config, notices);
  EXPECT_EQ(config, before);
}

TEST(Adopted, LabelsBecomeRoutersToTheApi) {
  auto record = traefik();
  record.labels = {{"traefik.enable", "true"},
                   {"traefik.http.routers.dashboard.rule", "Host(`traefik.test`)"},
                   {"traefik.http.routers.dashboard.service", "api@internal"},
                   {"traefik.http.routers.plain.rule", "Host(`plain.test`)"},
                   {"traefik.http.services.traefik.loadbalancer.server.port", "8080"},
                   {"traefik.http.middlewares.auth.basicauth.users", "a:b"}};
  std::vector<discovery::Problem> problems;
  const auto labels = Adopted({record}).labels(false, problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(labels.http.routers.at("dashboard").service, "api@internal");
  EXPECT_EQ(labels.http.routers.at("plain").service, "api@internal");
  EXPECT_TRUE(labels.http.services.empty());
  EXPECT_TRUE(labels.http.middlewares.contains("auth"));

  record.labels["traefik.enable"] = "false";
  EXPECT_TRUE(Adopted({record}).labels(true, problems).http.routers.empty());
  record.labels.erase("traefik.enable");
  EXPECT_TRUE(Adopted({record}).labels(false, problems).http.routers.empty());
  EXPECT_FALSE(Adopted({record}).labels(true, problems).http.routers.empty());
}

TEST(Adopted, WrongLabelsAreToldOf) {
  auto record = traefik();
  record.labels = {{"traefik.http.routers.a.ruel", "x"}};
  std::vector<discovery::Problem> problems;
  EXPECT_TRUE(Adopted({record}).labels(true, problems).http.routers.empty());
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_THAT(problems[0].object, HasSubstr("docker-compose.yml:3:3"));
  EXPECT_THAT(problems[0].message, HasSubstr("rule"));
}

TEST(Adopted, PathsOfTheContainerBecomeThoseOfTheHost) {
  model::DynamicConfig config;
  config.tls.certificates.push_back(
      {.cert_file = "/certs/a.pem", .key_file = base::Secret("/certs/a.key"), .stores = {}});
  config.tls.certificates.push_back(
      {.cert_file = "-----BEGIN", .key_file = base::Secret("/other/a.key"), .stores = {}});
  config.tls.options["mtls"].client_auth.ca_files = {"/etc/traefik/ca.pem"};
  config.http.middlewares["auth"].basic_auth.emplace().users_file = "/etc/traefik/users";
  Adopted({traefik()}).translate_paths(config);
  EXPECT_EQ(config.tls.certificates[0].cert_file, "/srv/certs/a.pem");
  EXPECT_EQ(config.tls.certificates[0].key_file.reveal(), "/srv/certs/a.key");
  EXPECT_EQ(config.tls.certificates[1].cert_file, "-----BEGIN");
  EXPECT_EQ(config.tls.certificates[1].key_file.reveal(), "/other/a.key");
  EXPECT_THAT(config.tls.options["mtls"].client_auth.ca_files, ElementsAre("/srv/traefik/ca.pem"));
  EXPECT_EQ(config.http.middlewares["auth"].basic_auth->users_file, "/srv/traefik/users");
}

}  // namespace
}  // namespace gatehouse::control
