#include "model/json.h"

#include <gmock/gmock.h>

#include "format/json.h"
#include "model/decode.h"
#include "model/static.h"

namespace gatehouse::model {
namespace {

using testing::HasSubstr;
using testing::Not;

template <class T>
std::string api_of(const T& value) {
  format::JsonWriter writer;
  writer.begin_object();
  write_api(writer, value);
  writer.end_object();
  return writer.take();
}

TEST(ApiJson, SpellsAsTraefikDoes) {
  HttpRouter router;
  router.rule = "Host(`a`)";
  router.entry_points = {"web"};
  router.tls.emplace();
  router.default_rule = true;
  EXPECT_EQ(api_of(router), R"J({"entryPoints":["web"],"rule":"Host(`a`)","tls":{}})J");

  HttpService service;
  service.load_balancer.emplace().servers.emplace_back().url = "http://a";
  service.load_balancer->servers.back().port = "80";
  EXPECT_EQ(api_of(service),
            R"({"loadBalancer":{"servers":[{"url":"http://a"}],"strategy":"wrr","passHostHeader":true,)"
            R"("responseForwarding":{"flushInterval":"100ms"}}})");
  service.load_balancer->pass_host_header = false;
  EXPECT_THAT(api_of(service), HasSubstr(R"("passHostHeader":false)"));
}

TEST(ApiJson, HidesWhatIsSensitive) {
  Middleware middleware;
  middleware.basic_auth.emplace().users = {"admin:$apr1$x"};
  EXPECT_EQ(api_of(middleware), R"({"basicAuth":{"users":["***"]}})");

  StaticConfig config;
  auto& docker = config.providers.docker.emplace();
  docker.password = base::Secret("hunter2");
  docker.username = "u";
  const auto text = api_of(config);
  EXPECT_THAT(text, HasSubstr(R"("password":"***")"));
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));

  TlsConfig tls;
  tls.certificates.push_back({"a.crt", base::Secret("-----BEGIN PRIVATE KEY"), {}});
  EXPECT_THAT(api_of(tls), Not(HasSubstr("PRIVATE")));
}

TEST(WireJson, EveryDefaultComesBackFromNothing) {
  const auto document = format::JsonDocument::parse("{}");
  EXPECT_EQ(*from_json<StaticConfig>(document->root()), StaticConfig());
  EXPECT_EQ(to_json(StaticConfig()), "{}");
  EXPECT_EQ(to_json(DynamicConfig()), "{}");
}

TEST(WireJson, WhatLabelsAndInternalsSetComesBack) {
  auto config = *decode_labels({{"traefik.http.routers.r.rule", "x"},
                                {"traefik.http.services.s.loadbalancer.server.port", "80"},
                                {"traefik.tcp.routers.t.tls.passthrough", "true"},
                                {"traefik.http.middlewares.m.errors.statusrewrites.500-502", "404"},
                                {"traefik.http.middlewares.c.compress", "true"}});
  config.http.routers.at("r").default_rule = true;
  const auto document = format::JsonDocument::parse(to_json(config));
  EXPECT_EQ(*from_json<DynamicConfig>(document->root()), config);
}

TEST(WireJson, ANullIsAValueThatDoesNotFit) {
  const auto document = format::JsonDocument::parse(R"({"http":{"routers":null}})");
  const auto config = from_json<DynamicConfig>(document->root());
  ASSERT_FALSE(config.has_value());
  EXPECT_EQ(config.error().message, "the configuration as JSON: http.routers is not an object");
}

}  // namespace
}  // namespace gatehouse::model
