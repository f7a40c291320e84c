#include "deploy/deploy.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "../../tests/support/fake_engine.h"
#include "../../tests/support/stack_folder.h"
#include "deploy/adoption.h"
#include "deploy/down.h"
#include "deploy/names.h"

namespace gatehouse::deploy {
namespace {

using async::Loop;
using base::Result;
using tests::FakeEngine;
using tests::StackFolder;

class Recorder final : public Report {
 public:
  void show(const ReportLine& line) override {
    if (line.progress != Progress::kDoing) text += line.object + (line.object.empty() ? "" : ": ") + line.text + "\n";
  }
  std::string text;
};

constexpr std::string_view kShop = R"(services:
  web:
    image: web:1
    depends_on:
      db: {condition: service_healthy}
    networks: [front, back]
    labels:
      - traefik.http.routers.shop.rule=Host(`shop.test`)
  db:
    image: db:1
    volumes: ["data:/data"]
    networks: [back]
networks:
  front: {external: true}
  back: {internal: true}
volumes:
  data:
)";

using Lines = std::vector<std::string>;

struct Server {
  Server() {
    fake.images = {{"web:1", {}}, {"web:2", {}}, {"db:1", {.health = "healthy"}}};
    fake.networks["front"] = "";
  }

  Result<DeployResult> deploy(const StackFolder& folder) {
    const auto stack = open_stack(folder.options());
    if (!stack) return base::fail(stack.error());
    report.text.clear();
    fake.forget_changes();
    return loop.run(deploy::deploy(fake.engine(), *stack, options, report));
  }

  Loop loop;
  FakeEngine fake{loop};
  StackFolder state;
  Recorder report;
  DeployOptions options{.version = "1",
                        .state_dir = state.path(),
                        .wait_max = std::chrono::seconds(2),
                        .settle_time = std::chrono::milliseconds(0)};
};

TEST(Deploy, BringsUpAStackInTheOrderOfItsDependencies) {
  const StackFolder folder(kShop);
  Server server;
  const auto result = server.deploy(folder);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->changed);
  EXPECT_EQ(server.fake.changes(), (Lines{"network shop_back", "volume shop_data", "create shop-db-1",
                                          "start shop-db-1", "create shop-web-1", "start shop-web-1"}));
  const auto* web = server.fake.find("shop-web-1");
  EXPECT_EQ(web->networks, (Lines{"shop_back", "front"}));
  EXPECT_EQ(web->labels.at("com.docker.compose.project"), "shop");
  EXPECT_EQ(web->labels.at("com.docker.compose.oneoff"), "False");
  EXPECT_EQ(web->labels.at("com.docker.compose.depends_on"), "db:service_healthy:false");
  EXPECT_FALSE(web->labels.at("com.docker.compose.config-hash").empty());
  EXPECT_NE(server.report.text.find("not verified from outside: no edge is known"), std::string::npos);
}

TEST(Deploy, LeavesAnUnchangedStackAlone) {
  const StackFolder folder(kShop);
  Server server;
  ASSERT_TRUE(server.deploy(folder));
  const auto again = server.deploy(folder);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_FALSE(again->changed);
  EXPECT_EQ(server.fake.changes(), Lines{});
}

TEST(Deploy, PlansWithoutTouching) {
  const StackFolder folder(kShop);
  Server server;
  server.options.plan_only = true;
  const auto result = server.deploy(folder);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->changed);
  EXPECT_EQ(server.fake.changes(), Lines{});
  EXPECT_NE(server.report.text.find("plan: create    container shop-web-1\n"), std::string::npos);
}

std::string with(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Deploy, ReplacesWhatHasChangedAndNothingElse) {
  const StackFolder folder(kShop);
  Server server;
  ASSERT_TRUE(server.deploy(folder));
  const auto old_id = server.fake.find("shop-web-1")->id;
  folder.write("docker-compose.yml", with(std::string(kShop), "web:1", "web:2"));
  const auto result = server.deploy(folder);
  ASSERT_TRUE(result) << result.error().message;
  const auto retired = old_id.substr(0, 12) + "_shop-web-1";
  EXPECT_EQ(server.fake.changes(), (Lines{"rename shop-web-1", "create shop-web-1", "stop " + retired,
                                          "start shop-web-1", "remove " + retired}));
  EXPECT_EQ(server.fake.find("shop-web-1")->image, "web:2");
  EXPECT_NE(server.report.text.find("plan: replace   container shop-web-1 (image changed)"), std::string::npos);
}

TEST(Deploy, PutsTheOldOneBackWhenTheNewOneDoesNotStart) {
  const StackFolder folder(kShop);
  Server server;
  ASSERT_TRUE(server.deploy(folder));
  const auto old_id = server.fake.find("shop-web-1")->id;
  server.fake.images["web:2"].start_error = "no such file: /start";
  folder.write("docker-compose.yml", with(std::string(kShop), "web:1", "web:2"));
  const auto result = server.deploy(folder);
  ASSERT_FALSE(result);
  EXPECT_EQ(folder.relative(result.error().message),
            "docker-compose.yml:2:3: Docker cannot start container shop-web-1: no such file: /start");
  const auto* web = server.fake.find("shop-web-1");
  ASSERT_NE(web, nullptr);
  EXPECT_EQ(web->id, old_id);
  EXPECT_EQ(web->state, "running");
  EXPECT_EQ(server.fake.containers.size(), 2);
}

TEST(Deploy, PutsTheOldOneBackWhenTheNewOneIsUnhealthy) {
  const StackFolder folder(kShop);
  Server server;
  ASSERT_TRUE(server.deploy(folder));
  const auto old_id = server.fake.find("shop-web-1")->id;
  server.fake.images["web:2"] = {.health = "unhealthy", .logs = "last words\n"};
  folder.write("docker-compose.yml", with(std::string(kShop), "web:1", "web:2"));
  const auto result = server.deploy(folder);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message,
            "service web is unhealthy: the last probe said: the probe's words (container shop-web-1); see \"gatehouse "
            "logs shop web\"");
  EXPECT_EQ(result.error().detail, "  | last words\n");
  EXPECT_EQ(server.fake.find("shop-web-1")->id, old_id);
  EXPECT_EQ(server.fake.find("shop-web-1")->state, "running");
}

TEST(Deploy, WaitsForADependencyAndSaysWhyItFails) {
  const StackFolder folder(kShop);
  Server server;
  server.fake.images["db:1"] = {.state = "exited", .exit_code = 3, .logs = "no space\n"};
  const auto result = server.deploy(folder);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message,
            "service db ended with exit code 3 (container shop-db-1); see \"gatehouse logs shop db\"");
  EXPECT_EQ(result.error().detail, "  | no space\n");
  EXPECT_EQ(server.fake.find("shop-web-1"), nullptr);
}

TEST(Deploy, RunsAJobOnceBeforeWhoNeedsIt) {
  const StackFolder folder(R"(services:
  web:
    image: web:1
    depends_on:
      migrate: {condition: service_completed_successfully}
  migrate:
    image: migrate:1
)");
  Server server;
  server.fake.images["migrate:1"] = {.state = "exited"};
  ASSERT_TRUE(server.deploy(folder));
  EXPECT_EQ(server.fake.changes(), (Lines{"network shop_default", "create shop-migrate-1", "start shop-migrate-1",
                                          "create shop-web-1", "start shop-web-1"}));
  ASSERT_TRUE(server.deploy(folder));
  EXPECT_EQ(server.fake.changes(), Lines{});
}

// Everything that the operator got wrong is told before anything is touched.
std::string refusal(Server& server, const StackFolder& folder) {
  const auto result = server.deploy(folder);
  if (result) return "deployed";
  EXPECT_EQ(server.fake.changes(), Lines{});
  const auto& error = result.error();
  return folder.relative(error.detail.empty() ? error.message : error.detail);
}

TEST(Deploy, RefusesAnImageThatIsNotThere) {
  Server server;
  server.fake.images.erase("web:1");
  EXPECT_EQ(refusal(server, StackFolder(kShop)),
            "docker-compose.yml:3:5: the image web:1 of service web is not on this machine, and cannot be had from its "
            "registry: Docker cannot find image web:1 in its registry: no such image in the registry; check its name, "
            "the network and \"docker login\", or load it with \"docker load\"");
  EXPECT_EQ(
      refusal(server, StackFolder(with(std::string(kShop), "image: web:1", "image: web:1\n    pull_policy: never"))),
      "docker-compose.yml:3:5: the image web:1 of service web is not on this machine, and pull_policy is never: "
      "build or load it, or let it be pulled");
}

TEST(Deploy, PullsWhatTheRegistryHas) {
  const StackFolder folder(kShop);
  Server server;
  server.fake.images.erase("web:1");
  server.fake.in_registry = {"web:1"};
  ASSERT_TRUE(server.deploy(folder));
  EXPECT_EQ(server.fake.changes()[2], "pull web:1");
}

TEST(Deploy, UsesTheLocalImageWhenTheRegistryIsAway) {
  const StackFolder folder(kShop);
  Server server;
  server.options.pull = true;
  ASSERT_TRUE(server.deploy(folder));
  EXPECT_NE(server.report.text.find("image web:1 could not be pulled, the one on this machine is used: Docker cannot "
                                    "pull image web:1: the registry is away"),
            std::string::npos)
      << server.report.text;
}

TEST(Deploy, RefusesNetworksThatAreMissingOrOther) {
  Server server;
  server.fake.networks.clear();
  server.fake.networks["shop_back"] = "";
  EXPECT_EQ(
      refusal(server, StackFolder(kShop)),
      "docker-compose.yml:15:3: the network shop_back exists, and is not internal, other than the file says: take "
      "the stack down, remove it with \"docker network rm shop_back\", and deploy again\n"
      "docker-compose.yml:14:3: the external network front does not exist: make it with \"docker network create "
      "front\", or let \"gatehouse up\" do it");
}

TEST(Deploy, RefusesAHostThatAnotherStackHas) {
  Server server;
  server.fake.add("other-web-1", "web:1",
                  {{"com.docker.compose.project", "other"}, {"traefik.http.routers.o.rule", "Host(`shop.test`)"}});
  EXPECT_EQ(refusal(server, StackFolder(kShop)),
            "docker-compose.yml:8:9: the host shop.test of router shop is taken: router o of container other-web-1 of "
            "stack other answers to it; give one of them another host, or take the other stack down");
  server.fake.containers.clear();
  server.fake.add("other-web-1", "web:1",
                  {{"com.docker.compose.project", "other"},
                   {"traefik.http.routers.o.rule", "Host(`shop.test`) && PathPrefix(`/api`)"}});
  EXPECT_EQ(refusal(server, StackFolder(with(std::string(kShop), "shop.test`)", "shop.test`) && PathPrefix(`/`)"))),
            "deployed");
}

TEST(Deploy, RefusesAPortThatAnotherContainerHas) {
  Server server;
  auto& other = server.fake.add("cache", "web:1", {});
  other.ports = R"([{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":18080,"Type":"tcp"}])";
  EXPECT_EQ(refusal(server, StackFolder("services:\n  web:\n    image: web:1\n    ports:\n      - 18080:80\n")),
            "docker-compose.yml:5:9: port 18080 of service web is taken: container cache publishes it; stop that, or "
            "publish another");
}

TEST(Deploy, RefusesAPortThatAProcessHas) {
  Server server;
  const auto socket = net::open_listener(*net::SocketAddress::from_ip("127.0.0.1", 0), net::SharePort::kNo);
  ASSERT_TRUE(socket);
  const auto port = std::to_string(net::SocketAddress::local_of(socket->get()).port());
  EXPECT_EQ(refusal(server, StackFolder("services:\n  web:\n    image: web:1\n    ports:\n      - 127.0.0.1:" + port +
                                        ":80\n")),
            "docker-compose.yml:5:9: port " + port +
                " of service web is taken: another process of this machine listens on it (see \"ss -ltnp\"); stop "
                "that, or publish another");
}

TEST(Deploy, RefusesANameThatSomebodyElseHas) {
  Server server;
  server.fake.add("shop-db-1", "db:1", {});
  EXPECT_NE(refusal(server, StackFolder(kShop))
                .find("the name shop-db-1 for a container of service db is taken by "
                      "container shop-db-1: remove or rename that"),
            std::string::npos);
}

TEST(Deploy, GoesOnAfterADeployThatWasCutShort) {
  const StackFolder folder(kShop);
  Server server;
  ASSERT_TRUE(server.deploy(folder));
  // The old one had been renamed, and the new one made but not started.
  auto* web = const_cast<FakeEngine::Container*>(server.fake.find("shop-web-1"));
  const auto old_id = web->id;
  web->name = "aaaaaaaaaaaa_shop-web-1";
  auto half_made = *web;
  half_made.id = std::string(64, 'b');
  half_made.name = "shop-web-1";
  half_made.state = "created";
  server.fake.containers.push_back(half_made);
  const auto result = server.deploy(folder);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(server.fake.changes(), (Lines{"remove shop-web-1", "rename aaaaaaaaaaaa_shop-web-1"}));
  EXPECT_EQ(server.fake.find("shop-web-1")->id, old_id);
  ASSERT_TRUE(server.deploy(folder));
  EXPECT_EQ(server.fake.changes(), Lines{});
}

TEST(Deploy, DoesNotTouchATraefikThatRunsWhenNothingCouldTakeOver) {
  Server server;
  server.fake.add("traefik", "traefik:3",
                  {{"com.docker.compose.project", "shop"}, {"com.docker.compose.service", "proxy"}});
  const StackFolder folder("services:\n  proxy:\n    image: traefik:3\n    container_name: traefik\n");
  EXPECT_NE(refusal(server, folder).find("container traefik is a Traefik that runs, and no Gatehouse serves from"),
            std::string::npos);
}

TEST(Deploy, StartsTheTraefikAgainWhenTheEdgeDoesNotTakeOver) {
  Server server;
  server.state.write("lock", std::to_string(::getpid()));
  server.fake.add("traefik", "traefik:3",
                  {{"com.docker.compose.project", "shop"}, {"com.docker.compose.service", "proxy"}});
  const StackFolder folder(
      "services:\n  proxy:\n    image: traefik:3\n    container_name: traefik\n    command: "
      "[--entrypoints.web.address=:80]\n    ports: [\"127.0.0.1:1:80\"]\n");
  server.options.take_over_max = std::chrono::seconds(0);
  const auto result = server.deploy(folder);
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("no edge listens on 127.0.0.1:1"), std::string::npos);
  EXPECT_EQ(server.fake.changes(), (Lines{"stop traefik", "start traefik"}));
  EXPECT_TRUE(read_adoptions(server.state.path())->empty());
}

TEST(Deploy, RemovesSurplusReplicasAndWhatAnInterruptedDeployLeft) {
  const StackFolder folder(with(std::string(kShop), "image: web:1", "image: web:1\n    scale: 2"));
  Server server;
  ASSERT_TRUE(server.deploy(folder));
  auto left = *server.fake.find("shop-web-1");
  left.id = std::string(64, 'b');
  left.name = "aaaa_shop-web-1";
  server.fake.containers.push_back(left);
  folder.write("docker-compose.yml", kShop);
  ASSERT_TRUE(server.deploy(folder));
  EXPECT_EQ(server.fake.find("shop-web-2"), nullptr);
  EXPECT_EQ(server.fake.find("aaaa_shop-web-1"), nullptr);
  EXPECT_NE(server.fake.find("shop-web-1"), nullptr);
}

TEST(Deploy, NamesOrphansAndRemovesThemWhenAsked) {
  const StackFolder folder(kShop);
  Server server;
  server.fake.add("shop-old-1", "web:1",
                  {{"com.docker.compose.project", "shop"}, {"com.docker.compose.service", "old"}});
  ASSERT_TRUE(server.deploy(folder));
  EXPECT_NE(server.report.text.find("container shop-old-1 belongs to a service that the stack no longer has"),
            std::string::npos);
  server.options.remove_orphans = true;
  ASSERT_TRUE(server.deploy(folder));
  EXPECT_EQ(server.fake.changes(), (Lines{"remove shop-old-1"}));
}

TEST(Deploy, AdoptsATraefikAndDoesNotStartIt) {
  const StackFolder folder(R"(services:
  proxy:
    image: registry.test/mirror/traefik:v3.5
    command: [--entrypoints.web.address=:80, --providers.docker=true]
    ports: ["8000:80"]
)");
  Server server;
  const auto result = server.deploy(folder);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->adopted);
  EXPECT_EQ(server.fake.containers.size(), 0);
  const auto records = read_adoptions(server.state.path());
  ASSERT_TRUE(records) << records.error().message;
  ASSERT_EQ(records->size(), 1);
  EXPECT_EQ(records->front().config.entry_points.at("web").address, ":8000");
  EXPECT_NE(server.report.text.find("registry.test/mirror/traefik:v3.5 is not started"), std::string::npos);
  const auto again = server.deploy(folder);
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->changed);
  ASSERT_TRUE(server.loop.run(take_down(server.fake.engine(), "shop", {server.state.path(), false}, server.report)));
  EXPECT_TRUE(read_adoptions(server.state.path())->empty());
}

TEST(Deploy, RefusesATraefikWithAWrongOption) {
  Server server;
  EXPECT_NE(refusal(server, StackFolder("services:\n  proxy:\n    image: traefik\n    command: [--entrypoint.web]\n"))
                .find("docker-compose.yml:4:5: service proxy: "),
            std::string::npos);
}

TEST(Down, RemovesContainersAndNetworksDependentsFirst) {
  const StackFolder folder(kShop);
  Server server;
  ASSERT_TRUE(server.deploy(folder));
  server.fake.networks.erase("front");
  server.fake.forget_changes();
  ASSERT_TRUE(server.loop.run(take_down(server.fake.engine(), "shop", {server.state.path(), false}, server.report)));
  EXPECT_EQ(server.fake.changes(), (Lines{"stop shop-web-1", "remove shop-web-1", "stop shop-db-1", "remove shop-db-1",
                                          "remove network shop_back"}));
  EXPECT_EQ(server.fake.volumes, Lines{"shop_data"});
}

}  // namespace
}  // namespace gatehouse::deploy
