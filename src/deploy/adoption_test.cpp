#include "deploy/adoption.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "../../tests/support/stack_folder.h"
#include "deploy/verify.h"

namespace gatehouse::deploy {
namespace {

using tests::StackFolder;

base::Result<Adopted> adopt_proxy(const StackFolder& folder) {
  const auto project = compose::load(folder.options("edge"));
  if (!project) return base::fail(project.error());
  return adopt(*project, project->services.at("proxy"),
               {"/state", {{"edge_letsencrypt", "/volumes/le"}}, "unix:///var/run/docker.sock"});
}

bool says(const Adopted& adopted, std::string_view text) {
  return std::ranges::any_of(adopted.notices,
                             [&](const std::string& notice) { return notice.find(text) != std::string::npos; });
}

TEST(Adoption, TakesFlagsAsTheHostSeesThem) {
  const StackFolder folder(R"(services:
  proxy:
    image: traefik:v3
    command:
      - --entrypoints.web.address=:80
      - --entrypoints.websecure.address=:443
      - --entrypoints.internal.address=:9000
      - --providers.docker=true
      - --providers.docker.endpoint=tcp://socket-proxy:2375
      - --providers.file.directory=/etc/traefik/dynamic
      - --certificatesresolvers.le.acme.email=me@example.com
      - --certificatesresolvers.le.acme.storage=/letsencrypt/acme.json
      - --certificatesresolvers.le.acme.httpchallenge.entrypoint=web
      - --certificatesresolvers.other.acme.email=me@example.com
      - --certificatesresolvers.other.acme.storage=/nowhere/acme.json
      - --certificatesresolvers.other.acme.httpchallenge.entrypoint=web
      - --accesslog.filepath=/logs/access.log
    ports: ["8080:80", "127.0.0.1:443:443"]
    volumes:
      - ./config:/etc/traefik/dynamic:ro
      - letsencrypt:/letsencrypt
      - /var/log/traefik:/logs
    networks: [shared]
    labels: ['traefik.http.routers.d.rule=Host(`d.test`)']
  socket-proxy:
    image: proxy:1
volumes:
  letsencrypt:
networks:
  shared: {external: true, name: traefik-net}
)");
  const auto adopted = adopt_proxy(folder);
  ASSERT_TRUE(adopted) << adopted.error().message;
  const auto& config = adopted->record.config;
  EXPECT_EQ(config.entry_points.at("web").address, ":8080");
  EXPECT_EQ(config.entry_points.at("websecure").address, "127.0.0.1:443");
  EXPECT_EQ(config.entry_points.at("internal").address, "127.0.0.1:9000");
  EXPECT_EQ(config.providers.docker->endpoint, "unix:///var/run/docker.sock");
  EXPECT_TRUE(says(*adopted, "not through service socket-proxy"));
  EXPECT_EQ(config.providers.file->directory, (folder.path() / "config").string());
  EXPECT_EQ(config.certificates_resolvers.at("le").acme->storage, "/volumes/le/acme.json");
  EXPECT_EQ(config.certificates_resolvers.at("other").acme->storage, "/state/acme/other.json");
  EXPECT_EQ(config.access_log->file_path, "/var/log/traefik/access.log");
  EXPECT_EQ(adopted->record.networks, std::vector<std::string>{"traefik-net"});
  EXPECT_EQ(adopted->record.labels.at("traefik.http.routers.d.rule"), "Host(`d.test`)");
}

TEST(Adoption, TakesAFileOrTheEnvironment) {
  const StackFolder folder(R"(services:
  proxy:
    image: traefik:v3
    network_mode: host
    volumes: ["./traefik.yml:/etc/traefik/traefik.yml:ro"]
)");
  folder.write("traefik.yml", "entryPoints:\n  web:\n    address: \":81\"\n");
  const auto from_file = adopt_proxy(folder);
  ASSERT_TRUE(from_file) << from_file.error().message;
  EXPECT_EQ(from_file->record.config.entry_points.at("web").address, ":81");
  const StackFolder other(R"(services:
  proxy:
    image: traefik:v3
    network_mode: host
    environment: {TRAEFIK_ENTRYPOINTS_WEB_ADDRESS: ":82"}
)");
  EXPECT_EQ(adopt_proxy(other)->record.config.entry_points.at("web").address, ":82");
}

TEST(Adoption, SaysWhereAnOptionIsWrong) {
  const StackFolder folder(
      "services:\n  proxy:\n    image: traefik:v3\n    command:\n      - --entrypoint.web.address=:80\n");
  const auto adopted = adopt_proxy(folder);
  ASSERT_FALSE(adopted);
  EXPECT_TRUE(folder.relative(adopted.error().message).starts_with("docker-compose.yml:4:5: service proxy: "))
      << adopted.error().message;
  const StackFolder file(
      "services:\n  proxy:\n    image: traefik:v3\n    volumes: [./t.yml:/etc/traefik/traefik.yml]\n");
  file.write("t.yml", "entryPoint: {}\n");
  EXPECT_NE(adopt_proxy(file).error().message.find("t.yml:1"), std::string::npos) << adopt_proxy(file).error().message;
}

TEST(Adoption, IsWrittenForRootAloneAndOnlyWhenItChanges) {
  const StackFolder folder("services:\n  proxy:\n    image: traefik:v3\n    ports: [\"80:80\"]\n");
  const StackFolder state;
  auto adopted = adopt_proxy(folder);
  ASSERT_TRUE(adopted) << adopted.error().message;
  EXPECT_TRUE(*write_adoption(adopted->record, state.path()));
  EXPECT_FALSE(*write_adoption(adopted->record, state.path()));
  struct stat status{};
  ASSERT_EQ(::stat((state.path() / "adopted/edge.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600);
  const auto records = read_adoptions(state.path());
  ASSERT_EQ(records->size(), 1);
  EXPECT_EQ(records->front(), adopted->record);
  EXPECT_TRUE(*remove_adoption("edge", state.path()));
  EXPECT_FALSE(*remove_adoption("edge", state.path()));
  EXPECT_TRUE(read_adoptions(state.path())->empty());
  state.write("adopted/broken.json", "{");
  EXPECT_NE(read_adoptions(state.path()).error().message.find("broken.json"), std::string::npos);
}

TEST(Verify, AsksForEveryHostAtTheEntryPointsOfItsRouter) {
  model::Adoption adoption;
  adoption.config.entry_points["web"].address = ":8080";
  adoption.config.entry_points["websecure"].address = "127.0.0.1:443";
  adoption.config.entry_points["traefik"].address = "127.0.0.1:9000";
  adoption.config.entry_points["dns"].address = ":53/udp";
  const auto edge = view_of({adoption}, "/nowhere");
  ASSERT_EQ(edge.entries.size(), 3);
  Route secure;
  secure.hosts = {"a.test", "b.test"};
  secure.entry_points = {"websecure"};
  secure.tls = true;
  Route plain;
  plain.hosts = {"c.test"};
  plain.path = "/api";
  const std::vector<Route> routes{secure, plain};
  std::vector<std::string> urls;
  for (const auto& probe : probes_of(routes, edge)) urls.push_back(probe.url + " " + probe.address.to_string());
  EXPECT_EQ(urls,
            (std::vector<std::string>{"https://a.test/ 127.0.0.1:443", "https://b.test/ 127.0.0.1:443",
                                      "http://c.test:8080/api 127.0.0.1:8080", "http://c.test:443/api 127.0.0.1:443"}));
}

}  // namespace
}  // namespace gatehouse::deploy
