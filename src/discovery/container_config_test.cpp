#include "discovery/container_config.h"

#include <gmock/gmock.h>

#include "discovery/container_address.h"

namespace gatehouse::discovery {
namespace {

using testing::ElementsAre;
using testing::Pair;

docker::Container container(std::string name, docker::Labels labels, std::vector<std::uint16_t> ports = {80},
                            std::string ip = "10.0.0.2") {
  docker::Container result;
  result.id = name + "-id";
  result.name = std::move(name);
  result.labels = std::move(labels);
  result.state = docker::ContainerState::kRunning;
  result.networks.push_back({.name = "net", .network_id = "n", .ip = std::move(ip), .ipv6 = {}, .aliases = {}});
  for (const auto port : ports) {
    result.ports.push_back({.port = port, .protocol = "tcp", .host_ip = {}, .host_port = 0});
  }
  return result;
}

struct Configured {
  model::DynamicConfig config;
  std::vector<std::string> problems;

  [[nodiscard]] std::vector<std::string> routers() const {
    std::vector<std::string> names;
    for (const auto& [name, router] : config.http.routers) names.push_back(name + " -> " + router.service);
    return names;
  }
  [[nodiscard]] std::vector<std::string> servers(const std::string& service) const {
    std::vector<std::string> urls;
    const auto found = config.http.services.find(service);
    if (found == config.http.services.end()) return {"no such service"};
    for (const auto& server : found->second.load_balancer->servers) urls.push_back(server.url);
    return urls;
  }
};

Configured configured(const std::vector<docker::Container>& containers, const model::DockerProvider& provider = {},
                      std::string_view constraints = "") {
  Configured result;
  std::vector<Problem> problems;
  StackClaims claims;
  result.config = configure(containers, provider, *Constraints::parse(constraints), claims, problems);
  for (const auto& problem : problems) result.problems.push_back(problem.object + ": " + problem.message);
  return result;
}

TEST(ContainerConfig, WithoutLabelsARouterAndAServiceBearItsName) {
  const auto result = configured({container("my_app", {})});
  EXPECT_THAT(result.routers(), ElementsAre("my-app -> my-app"));
  EXPECT_EQ(result.config.http.routers.at("my-app").rule, "Host(`my-app`)");
  EXPECT_TRUE(result.config.http.routers.at("my-app").default_rule);
  EXPECT_THAT(result.servers("my-app"), ElementsAre("http://10.0.0.2:80"));
}

TEST(ContainerConfig, TheLowestExposedPortIsTaken) {
  EXPECT_THAT(configured({container("a", {}, {9000, 8080})}).servers("a"), ElementsAre("http://10.0.0.2:8080"));
}

TEST(ContainerConfig, APortLabelWins) {
  const auto result = configured({container("a", {{"traefik.http.services.s.loadbalancer.server.port", "3000"},
                                                  {"traefik.http.services.s.loadbalancer.server.scheme", "https"}})});
  EXPECT_THAT(result.servers("s"), ElementsAre("https://10.0.0.2:3000"));
  EXPECT_THAT(result.routers(), ElementsAre("a -> s"));
}

TEST(ContainerConfig, WithoutAPortTheContainerIsLeftOut) {
  const auto result = configured({container("a", {{"traefik.http.routers.r.rule", "Host(`x`)"}}, {})});
  EXPECT_THAT(result.routers(), ElementsAre());
  EXPECT_THAT(result.problems, ElementsAre(testing::HasSubstr("port is missing")));
}

TEST(ContainerConfig, OfTwoServicesARouterMustNameOne) {
  const auto result = configured({container("a", {{"traefik.http.routers.r.rule", "Host(`x`)"},
                                                  {"traefik.http.services.s1.loadbalancer.server.port", "1"},
                                                  {"traefik.http.services.s2.loadbalancer.server.port", "2"}})});
  EXPECT_THAT(result.routers(), ElementsAre());
  EXPECT_EQ(result.config.http.services.size(), 2u);
}

TEST(ContainerConfig, AWrongLabelLeavesTheContainerOutAndNoOther) {
  const auto result = configured({container("a", {{"traefik.http.routers.r.foo", "bar"}}), container("b", {})});
  EXPECT_THAT(result.routers(), ElementsAre("b -> b"));
  EXPECT_THAT(result.problems, ElementsAre(testing::StartsWith("container a: ")));
}

TEST(ContainerConfig, ContainersThatAreNotReadyAreLeftOutOrHaveNoServer) {
  auto starting = container("a", {});
  starting.health = docker::Health::kStarting;
  EXPECT_THAT(configured({starting}).routers(), ElementsAre());
  model::DockerProvider provider;
  provider.allow_empty_services = true;
  EXPECT_THAT(configured({starting}, provider).servers("a"), ElementsAre());

  auto stopped = container("b", {{"traefik.docker.allownonrunning", "true"}});
  stopped.state = docker::ContainerState::kExited;
  const auto kept = configured({stopped});
  EXPECT_THAT(kept.routers(), ElementsAre("b -> b"));
  EXPECT_THAT(kept.servers("b"), ElementsAre());
}

TEST(ContainerConfig, ExposureAndConstraintsDecide) {
  model::DockerProvider provider;
  provider.exposed_by_default = false;
  EXPECT_THAT(configured({container("a", {}), container("b", {{"traefik.enable", "true"}})}, provider).routers(),
              ElementsAre("b -> b"));
  EXPECT_THAT(configured({container("a", {{"tier", "x"}}), container("b", {})}, {}, "!Label(`tier`,`x`)").routers(),
              ElementsAre("b -> b"));
}

TEST(ContainerConfig, ReplicasShareAService) {
  const docker::Labels labels{{"traefik.http.routers.app.rule", "Host(`app`)"},
                              {"traefik.http.services.app.loadbalancer.server.port", "80"}};
  const auto result = configured({container("a1", labels, {}, "10.0.0.2"), container("a2", labels, {}, "10.0.0.3")});
  EXPECT_THAT(result.servers("app"), ElementsAre("http://10.0.0.2:80", "http://10.0.0.3:80"));
  EXPECT_THAT(result.problems, ElementsAre());
}

TEST(ContainerConfig, ADisputedRouterIsNobodys) {
  const auto result = configured({container("a1", {{"traefik.http.routers.app.rule", "Host(`one`)"}}),
                                  container("a2", {{"traefik.http.routers.app.rule", "Host(`two`)"}})});
  EXPECT_THAT(result.routers(), ElementsAre());
  EXPECT_THAT(result.problems, ElementsAre(testing::HasSubstr("a1, a2")));
}

TEST(ContainerConfig, TcpObjectsGetTheirServersAndNoHttpBesideThem) {
  const docker::Labels labels{{"traefik.tcp.routers.db.rule", "HostSNI(`db.test`)"},
                              {"traefik.tcp.routers.db.tls.passthrough", "true"},
                              {"traefik.tcp.services.db.loadbalancer.server.port", "5432"}};
  const auto result =
      configured({container("a1", labels, {5432, 80}, "10.0.0.2"), container("a2", labels, {}, "10.0.0.3")});
  EXPECT_THAT(result.routers(), ElementsAre());
  ASSERT_EQ(result.config.tcp.routers.size(), 1U);
  const auto& router = result.config.tcp.routers.at("db");
  EXPECT_EQ(router.service, "db");
  EXPECT_TRUE(router.tls && router.tls->passthrough);
  std::vector<std::string> addresses;
  for (const auto& server : result.config.tcp.services.at("db").load_balancer->servers) {
    addresses.push_back(server.address + server.port);
  }
  EXPECT_THAT(addresses, ElementsAre("10.0.0.2:5432", "10.0.0.3:5432"));
  EXPECT_THAT(result.problems, ElementsAre());
}

TEST(ContainerConfig, StacksCannotTakeAnEntryPoint) {
  auto greedy = container("a", {{std::string(kStackLabel), "blog"},
                                {"traefik.tcp.routers.all.rule", "HostSNI(`*`)"},
                                {"traefik.udp.routers.dns.entrypoints", "dns"},
                                {"traefik.tcp.services.all.loadbalancer.server.port", "80"}});
  const auto result = configured({greedy});
  EXPECT_THAT(result.problems,
              ElementsAre(testing::HasSubstr("tcp router all@docker"), testing::HasSubstr("udp router dns@docker")));
  EXPECT_TRUE(result.config.tcp.routers.empty());
  EXPECT_TRUE(result.config.tcp.services.empty());
  EXPECT_TRUE(result.config.udp.routers.empty());
}

TEST(ContainerConfig, TcpRoutersNeedARuleAndOneService) {
  const auto result = configured({container("a", {{"traefik.tcp.routers.bare.entrypoints", "web"}}, {9000}),
                                  container("b", {{"traefik.tcp.routers.open.rule", "HostSNI(`*`)"},
                                                  {"traefik.tcp.services.one.loadbalancer.server.port", "1"},
                                                  {"traefik.tcp.services.two.loadbalancer.server.port", "2"}}),
                                  container("c", {{"traefik.tcp.routers.plain.rule", "HostSNI(`*`)"}}, {9000, 7000})});
  EXPECT_THAT(result.problems,
              ElementsAre(testing::HasSubstr("rule is missing"), testing::HasSubstr("several services")));
  ASSERT_EQ(result.config.tcp.routers.size(), 1U);
  EXPECT_EQ(result.config.tcp.routers.at("plain").service, "c");
  EXPECT_EQ(result.config.tcp.services.at("c").load_balancer->servers.front().address, "10.0.0.2:7000");
}

TEST(ContainerAddress, TheNamedNetworkIsUsedElseTheFirstByName) {
  auto several = container("a", {}, {80}, "10.0.0.2");
  several.networks = {{.name = "alpha", .network_id = "1", .ip = "10.1.0.2", .ipv6 = {}, .aliases = {}},
                      {.name = "beta", .network_id = "2", .ip = "10.2.0.2", .ipv6 = {}, .aliases = {}}};
  EXPECT_EQ(address_of(several, {}, "beta").ip, "10.2.0.2");
  EXPECT_EQ(address_of(several, {}, "").ip, "10.1.0.2");
  const auto missing = address_of(several, {}, "gamma");
  EXPECT_EQ(missing.ip, "10.1.0.2");
  EXPECT_NE(missing.warning.find("gamma"), std::string::npos);
}

TEST(ContainerAddress, HostAndContainerModes) {
  auto on_host = container("h", {}, {80}, "");
  on_host.network_mode = "host";
  EXPECT_EQ(address_of(on_host, {}, "").ip, "127.0.0.1");
  const auto vpn = container("vpn", {}, {80}, "10.9.0.2");
  auto behind = container("b", {}, {80}, "");
  behind.network_mode = "container:vpn-id";
  EXPECT_EQ(address_of(behind, {vpn, behind}, "").ip, "10.9.0.2");
}

TEST(ContainerAddress, PublishedPortsForUseBindPortIp) {
  auto published = container("a", {}, {});
  published.ports = {{.port = 80, .protocol = "tcp", .host_ip = "0.0.0.0", .host_port = 8080}};
  EXPECT_EQ(published_address(published, 80), "127.0.0.1:8080");
  EXPECT_EQ(published_address(published, 81), "");
  model::DockerProvider provider;
  provider.use_bind_port_ip = true;
  EXPECT_THAT(configured({published}, provider).servers("a"), ElementsAre("http://127.0.0.1:8080"));
}

}  // namespace
}  // namespace gatehouse::discovery
