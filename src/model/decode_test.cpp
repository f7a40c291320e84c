#include "model/decode.h"

#include <gmock/gmock.h>

#include "format/yaml.h"
#include "model/tree.h"

namespace gatehouse::model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;
using testing::Pair;

HttpRouter router_of(const Labels& options) {
  Labels labels;
  for (const auto& [name, value] : options) labels["traefik.http.routers.r." + name] = value;
  const auto config = decode_labels(labels);
  EXPECT_TRUE(config.has_value()) << config.error().message;
  return config ? config->http.routers.at("r") : HttpRouter();
}

std::string error_of(const Labels& labels) {
  const auto config = decode_labels(labels);
  return config ? "" : config.error().message;
}

DynamicConfig file_of(std::string_view yaml) {
  const auto document = format::parse_yaml(yaml, {.file = "d.yml"});
  EXPECT_TRUE(document.has_value()) << document.error().message;
  const auto config = decode_dynamic(*document, "d.yml");
  EXPECT_TRUE(config.has_value()) << config.error().detail;
  return config.value_or(DynamicConfig());
}

std::string file_error_of(std::string_view yaml) {
  const auto document = format::parse_yaml(yaml, {.file = "d.yml"});
  EXPECT_TRUE(document.has_value()) << document.error().message;
  const auto config = decode_dynamic(*document, "d.yml");
  return config ? "" : config.error().message;
}

TEST(DecodeLabels, ReadsARouterWithOptionNamesInAnyCase) {
  const auto router = router_of({{"RULE", "Host(`a`)"},
                                 {"entrypoints", "web, websecure"},
                                 {"middlewares", "a@file,b"},
                                 {"priority", "-7"},
                                 {"tls.certResolver", "le"},
                                 {"tls.domains[0].main", "a"},
                                 {"tls.domains[0].sans", "b,c"},
                                 {"tls.domains[1].main", "d"},
                                 {"observability.accesslogs", "false"}});
  EXPECT_EQ(router.rule, "Host(`a`)");
  EXPECT_THAT(router.entry_points, ElementsAre("web", "websecure"));
  EXPECT_THAT(router.middlewares, ElementsAre("a@file", "b"));
  EXPECT_EQ(router.priority, -7);
  ASSERT_TRUE(router.tls);
  EXPECT_EQ(router.tls->cert_resolver, "le");
  EXPECT_THAT(router.tls->domains, ElementsAre(Domain{"a", {"b", "c"}}, Domain{"d", {}}));
  EXPECT_THAT(router.observability->access_logs, Optional(false));
  EXPECT_EQ(router.observability->metrics, std::nullopt);
}

TEST(DecodeLabels, ItemsOfAListComeInTheOrderOfTheirNumbers) {
  const auto router =
      router_of({{"tls.domains[10].main", "c"}, {"tls.domains[9].main", "b"}, {"tls.domains[1].main", "a"}});
  EXPECT_THAT(router.tls->domains, ElementsAre(Domain{"a", {}}, Domain{"b", {}}, Domain{"c", {}}));
}

TEST(DecodeLabels, ABareNodeIsSwitchedOnAndOff) {
  for (const auto* on : {"true", "1", "T", ""}) EXPECT_TRUE(router_of({{"tls", on}}).tls) << on;
  for (const auto* off : {"false", "0", "False"}) EXPECT_FALSE(router_of({{"tls", off}, {"rule", "x"}}).tls) << off;
  // The switch is stronger than the options below it.
  EXPECT_FALSE(router_of({{"tls", "false"}, {"tls.options", "x"}}).tls);
  EXPECT_EQ(router_of({{"tls", "true"}, {"tls.options", "x"}}).tls->options, "x");
  EXPECT_THAT(error_of({{"traefik.http.routers.r.tls", "yes"}}),
              HasSubstr("traefik.http.routers.r.tls takes true or false"));
}

TEST(DecodeLabels, NamesOfUsersMergeInAnyCaseAndKeepTheFirstSpelling) {
  const auto config =
      decode_labels({{"traefik.http.routers.App.rule", "x"}, {"traefik.http.routers.app.service", "s"}});
  ASSERT_TRUE(config.has_value());
  ASSERT_EQ(config->http.routers.size(), 1U);
  EXPECT_EQ(config->http.routers.begin()->first, "App");
  EXPECT_EQ(config->http.routers.begin()->second.service, "s");
}

TEST(DecodeLabels, HeaderNamesKeepTheirCase) {
  const auto config = decode_labels({{"traefik.http.middlewares.m.headers.customrequestheaders.X-Foo", "a,b"},
                                     {"traefik.http.middlewares.m.headers.stsseconds", "10"}});
  ASSERT_TRUE(config.has_value());
  EXPECT_THAT(config->http.middlewares.at("m").headers->custom_request_headers, ElementsAre(Pair("X-Foo", "a,b")));
  EXPECT_EQ(config->http.middlewares.at("m").headers->sts_seconds, 10);
}

TEST(DecodeLabels, TheServerOfAContainerIsTheOneElementOfItsList) {
  const auto config = decode_labels({{"traefik.http.services.s.loadbalancer.server.port", "8080"},
                                     {"traefik.http.services.s.loadbalancer.server.weight", "0"},
                                     {"traefik.tcp.services.t.loadbalancer.server.port", "5432"},
                                     {"traefik.udp.services.u.loadbalancer.server.port", "53"}});
  ASSERT_TRUE(config.has_value()) << config.error().message;
  const auto& servers = config->http.services.at("s").load_balancer->servers;
  ASSERT_EQ(servers.size(), 1U);
  EXPECT_EQ(servers[0].port, "8080");
  EXPECT_THAT(servers[0].weight, Optional(0));
  EXPECT_EQ(config->tcp.services.at("t").load_balancer->servers.at(0).port, "5432");
  EXPECT_EQ(config->udp.services.at("u").load_balancer->servers.at(0).port, "53");
}

TEST(DecodeLabels, TheDefaultsAreTraefiks) {
  const auto config = decode_labels({{"traefik.http.services.s.loadbalancer.sticky.cookie", "true"},
                                     {"traefik.http.services.s.loadbalancer.healthcheck.path", "/h"},
                                     {"traefik.http.middlewares.c.compress", "true"},
                                     {"traefik.http.middlewares.r.ratelimit.average", "5"}});
  ASSERT_TRUE(config.has_value()) << config.error().message;
  const auto& balancer = *config->http.services.at("s").load_balancer;
  EXPECT_TRUE(balancer.pass_host_header);
  EXPECT_EQ(balancer.strategy, "wrr");
  EXPECT_EQ(balancer.sticky->cookie->path, "/");
  EXPECT_EQ(balancer.health_check->interval, std::chrono::seconds(30));
  EXPECT_TRUE(balancer.health_check->follow_redirects);
  EXPECT_EQ(balancer.response_forwarding.flush_interval, std::chrono::milliseconds(100));
  EXPECT_THAT(config->http.middlewares.at("c").compress->encodings, ElementsAre("gzip", "br", "zstd"));
  EXPECT_EQ(config->http.middlewares.at("r").rate_limit->burst, 1);
}

TEST(DecodeLabels, LeavesOtherLabelsAlone) {
  const auto config = decode_labels({{"traefik.enable", "true"},
                                     {"traefik.docker.network", "web"},
                                     {"com.docker.compose.service", "x"},
                                     {"traefik.tls.options.x.sniStrict", "true"},
                                     {"traefik.tls.stores.default.defaultgeneratedcert.resolver", "le"}});
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_TRUE(config->tls.options.empty());
  EXPECT_EQ(config->tls.stores.at("default").default_generated_cert->resolver, "le");
}

TEST(DecodeLabels, AnUnknownOptionNamesTheNearest) {
  EXPECT_EQ(error_of({{"traefik.http.routers.r.rul", "x"}}),
            "traefik.http.routers.r.rul is unknown: did you mean traefik.http.routers.r.rule?");
  EXPECT_EQ(error_of({{"traefik.http.router.r.rule", "x"}}),
            "traefik.http.router.r.rule is unknown: did you mean traefik.http.routers.r.rule?");
  EXPECT_EQ(error_of({{"traefik.http.services.s.loadbalancer.servers[0].url", "x"}}),
            "traefik.http.services.s.loadbalancer.servers[0].url is unknown: did you mean "
            "traefik.http.services.s.loadbalancer.server[0].url?");
  EXPECT_THAT(error_of({{"traefik.http.routers.r.zzzzzzzz", "x"}}), HasSubstr("what may stand there: entryPoints, "));
  EXPECT_THAT(error_of({{"traefik.http.routers.r.defaultrule", "true"}}), HasSubstr("is unknown"));
}

TEST(DecodeLabels, ListsAllMistakesInTheDetail) {
  const auto config = decode_labels({{"traefik.http.routers.r.foo", "x"}, {"traefik.http.routers.r.priority", "high"}});
  ASSERT_FALSE(config.has_value());
  EXPECT_THAT(config.error().detail, HasSubstr("routers.r.foo"));
  EXPECT_THAT(config.error().detail, HasSubstr("traefik.http.routers.r.priority: \"high\" is no integer"));
}

TEST(DecodeLabels, RefusesNamesThatAreNone) {
  EXPECT_THAT(error_of({{"Traefik.http.routers.r.rule", "x"}}), HasSubstr("begins with traefik"));
  EXPECT_THAT(error_of({{"traefik.http..r", "x"}}), HasSubstr("empty"));
  EXPECT_THAT(error_of({{"traefik.http.routers.r.rule.", "x"}}), HasSubstr("empty"));
  EXPECT_THAT(error_of({{"traefik.http.[0].r", "x"}}), HasSubstr("index"));
  EXPECT_THAT(error_of({{"traefik.http.routers.r.tls.domains[x].main", "x"}}), HasSubstr("is a list"));
  EXPECT_THAT(error_of({{"traefik.http.routers.r.tls.domains", "x"}}), HasSubstr("domains[0]"));
  EXPECT_THAT(error_of({{"traefik.http.routers.r", "x"}}), HasSubstr("takes no value of its own"));
  EXPECT_THAT(error_of({{"traefik.http.routers", "x"}}), HasSubstr("routers.<name>"));
  EXPECT_THAT(error_of({{"traefik.http.routers.r.rule.x", "x"}}), HasSubstr("takes one value"));
  EXPECT_THAT(error_of({{"traefik.http." + std::string(80, 'x') + "." + std::string(80, '.'), "x"}}),
              HasSubstr("empty"));
  EXPECT_THAT(error_of({{"traefik.http.routers.\xFF.rule", "x"}}),
              HasSubstr("routers.\xEF\xBF\xBD.rule: a name or a value"));
  EXPECT_THAT(error_of({{"traefik.http.routers.r.rule", "\xFF"}}), HasSubstr("is not UTF-8"));
  std::string deep = "traefik.http.routers";
  for (std::size_t i = 0; i < kTreeDepthMax; ++i) deep += ".x";
  EXPECT_THAT(error_of({{deep, "x"}}), HasSubstr("more than"));
}

TEST(DecodeLabels, FilesOnlyOptionsSaySo) {
  EXPECT_THAT(error_of({{"traefik.http.serverstransports.t.insecureskipverify", "true"}}), HasSubstr("<name>@file"));
  EXPECT_THAT(error_of({{"traefik.http.services.s.weighted.services[0].name", "x"}}),
              HasSubstr("cannot be set by labels"));
}

TEST(DecodeLabels, ABareNumberIsItsDefault) {
  const auto config = decode_labels({{"traefik.http.middlewares.m.ipallowlist.rejectstatuscode", "true"}});
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config->http.middlewares.at("m").ip_allow_list->reject_status_code, 403);
}

TEST(StrayLabels, NamesWhatNobodyReads) {
  EXPECT_THAT(stray_labels({{"traefik.htpp.routers.r.rule", "x"},
                            {"traefik.http.routers.r.nonsense", "x"},
                            {"traefik.Enable", "true"},
                            {"traefik.frontend.rule", "x"},
                            {"traefik", "x"},
                            {"com.example", "x"}}),
              ElementsAre("traefik.frontend.rule is read by nobody",
                          "traefik.htpp.routers.r.rule is read by nobody: did you mean traefik.http.routers.r.rule?"));
}

TEST(DecodeContainerLabels, ReadsWhatConcernsTheContainer) {
  const auto labels = decode_container_labels(
      {{"traefik.Enable", "false"}, {"traefik.docker.network", "web"}, {"traefik.http.routers.r.bad", "x"}});
  ASSERT_TRUE(labels.has_value()) << labels.error().message;
  EXPECT_THAT(labels->enable, Optional(false));
  EXPECT_EQ(labels->docker->network, "web");
  EXPECT_FALSE(labels->swarm);
  EXPECT_EQ(decode_container_labels({{"traefik.enable", "maybe"}}).error().message,
            "traefik.enable: \"maybe\" is neither true nor false");
  EXPECT_EQ(decode_container_labels({})->enable, std::nullopt);
}

TEST(DecodeFile, ReadsWhatOnlyFilesCanSay) {
  const auto config = file_of(R"yaml(
http:
  routers:
    r: {rule: "Path(`/`)", service: w, tls: {}, entryPoints: [a, b]}
    plain: {rule: x, tls: }
  services:
    w:
      weighted:
        services:
          - {name: a, weight: 3}
          - name: b
    lb:
      loadBalancer:
        servers:
          - url: http://a:80/
            weight: 2
          - {url: http://b/, preservePath: true}
        passHostHeader: false
    m: {mirroring: {service: lb, mirrors: [{name: w, percent: 10}], healthCheck: {}}}
  serversTransports:
    t: {rootCAs: [a.pem], forwardingTimeouts: {dialTimeout: 5, idleConnTimeout: 1m}}
  middlewares:
    h: {headers: {customResponseHeaders: {X-A: "", X-B: 1}}}
    p: {plugin: {geo: {countries: [DE, FR], log: true, nested: {a: }}}}
tls:
  certificates:
    - {certFile: a.crt, keyFile: a.key, stores: [default]}
  options:
    strict: {minVersion: VersionTLS13, sniStrict: true}
)yaml");
  EXPECT_TRUE(config.http.routers.at("r").tls);
  EXPECT_TRUE(config.http.routers.at("plain").tls);
  EXPECT_EQ(config.http.services.at("w").weighted->services[0].weight, 3);
  EXPECT_EQ(config.http.services.at("w").weighted->services[1].weight, 1);
  EXPECT_EQ(config.http.services.at("lb").load_balancer->servers[1].url, "http://b/");
  EXPECT_FALSE(config.http.services.at("lb").load_balancer->pass_host_header);
  EXPECT_TRUE(config.http.services.at("m").mirroring->health_check);
  EXPECT_EQ(config.http.servers_transports.at("t").forwarding_timeouts.dial_timeout, std::chrono::seconds(5));
  EXPECT_EQ(config.http.middlewares.at("h").headers->custom_response_headers.at("X-A"), "");
  EXPECT_EQ(config.http.middlewares.at("p").plugin.at("geo").json,
            R"({"countries":["DE","FR"],"log":"true","nested":{"a":null}})");
  EXPECT_EQ(config.tls.certificates.at(0).key_file.reveal(), "a.key");
  EXPECT_TRUE(config.tls.options.at("strict").sni_strict);
}

TEST(DecodeFile, AnEmptyOneIsAnEmptyConfiguration) {
  EXPECT_EQ(file_of(""), DynamicConfig());
  EXPECT_EQ(file_of("http:\n"), DynamicConfig());
  EXPECT_EQ(file_of("http: {routers: {}}"), DynamicConfig());
}

TEST(DecodeFile, MistakesNameLineAndColumn) {
  EXPECT_EQ(file_error_of("http:\n  routers:\n    r:\n      rul: x\n"),
            "d.yml:4:7: http.routers.r.rul is unknown: did you mean http.routers.r.rule?");
  EXPECT_EQ(file_error_of("http:\n  routers:\n    r:\n      priority: high\n"),
            "d.yml:4:7: http.routers.r.priority: \"high\" is no integer");
  EXPECT_THAT(file_error_of("- a\n"), HasSubstr("d.yml:1:1: a mapping is expected"));
  EXPECT_THAT(file_error_of("http: [a]\n"), HasSubstr("d.yml:1:8: http[0] is unknown"));
  EXPECT_THAT(file_error_of("http: {routers: {r: {rule: [a]}}}\n"), HasSubstr("takes one value"));
  EXPECT_THAT(file_error_of("http: {routers: {r: {entryPoints: {a: b}}}}\n"), HasSubstr("is a list: a is no item"));
  EXPECT_THAT(file_error_of("http: {}\nHTTP: {}\n"), HasSubstr("d.yml:2:1: HTTP is given twice"));
}

}  // namespace
}  // namespace gatehouse::model
