#include "model/static_source.h"

#include <gmock/gmock.h>

namespace gatehouse::model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Optional;
using testing::StartsWith;

StaticConfig from_flags(const std::vector<std::string>& arguments) {
  auto result = load_static({arguments, {}, {}});
  EXPECT_TRUE(result.has_value()) << result.error().detail;
  return result ? result->config : StaticConfig();
}

StaticConfig from_file(const std::string& text) {
  auto result = load_static({{}, {}, StaticFile{"t.yml", text}});
  EXPECT_TRUE(result.has_value()) << result.error().detail;
  return result ? result->config : StaticConfig();
}

StaticConfig from_environment(const Entries& variables) {
  auto result = load_static({{}, variables, {}});
  EXPECT_TRUE(result.has_value()) << result.error().detail;
  return result ? result->config : StaticConfig();
}

std::string flag_error(const std::vector<std::string>& arguments) {
  const auto result = load_static({arguments, {}, {}});
  return result ? "" : result.error().message;
}

TEST(StaticSource, FlagsFileAndVariablesSayTheSame) {
  const auto flags = from_flags(
      {"--api.insecure", "--providers.docker=true", "--providers.docker.exposedByDefault=false",
       "--entrypoints.web.address=:80", "--entrypoints.web.http.redirections.entrypoint.to=websecure",
       "--entryPoints.websecure.address=:443", "--entrypoints.websecure.http.tls.certresolver=le",
       "--entrypoints.websecure.http.tls.domains[0].main=a.test",
       "--entrypoints.websecure.transport.respondingtimeouts.readtimeout=0",
       "--certificatesresolvers.le.acme.email=a@b.test", "--certificatesresolvers.le.acme.httpchallenge.entrypoint=web",
       "--accesslog=true", "--accesslog.filters.statuscodes=400-499,500", "--metrics.prometheus.buckets=0.1,2"});
  const auto file = from_file(R"(
api: {insecure: true}
providers: {docker: {exposedByDefault: false}}
entryPoints:
  web: {address: ":80", http: {redirections: {entryPoint: {to: websecure}}}}
  websecure:
    address: :443
    http: {tls: {certResolver: le, domains: [{main: a.test}]}}
    transport: {respondingTimeouts: {readTimeout: 0}}
certificatesResolvers: {le: {acme: {email: a@b.test, httpChallenge: {entryPoint: web}}}}
accessLog: {filters: {statusCodes: [400-499, "500"]}}
metrics: {prometheus: {buckets: [0.1, 2]}}
)");
  const auto variables =
      from_environment({{"PATH", "/bin"},
                        {"TRAEFIK_API_INSECURE", "true"},
                        {"TRAEFIK_PROVIDERS_DOCKER", "true"},
                        {"TRAEFIK_PROVIDERS_DOCKER_EXPOSEDBYDEFAULT", "false"},
                        {"TRAEFIK_ENTRYPOINTS_WEB_ADDRESS", ":80"},
                        {"TRAEFIK_ENTRYPOINTS_WEB_HTTP_REDIRECTIONS_ENTRYPOINT_TO", "websecure"},
                        {"TRAEFIK_ENTRYPOINTS_WEBSECURE_ADDRESS", ":443"},
                        {"TRAEFIK_ENTRYPOINTS_WEBSECURE_HTTP_TLS_CERTRESOLVER", "le"},
                        {"TRAEFIK_ENTRYPOINTS_WEBSECURE_HTTP_TLS_DOMAINS_0_MAIN", "a.test"},
                        {"TRAEFIK_ENTRYPOINTS_WEBSECURE_TRANSPORT_RESPONDINGTIMEOUTS_READTIMEOUT", "0s"},
                        {"TRAEFIK_CERTIFICATESRESOLVERS_LE_ACME_EMAIL", "a@b.test"},
                        {"TRAEFIK_CERTIFICATESRESOLVERS_LE_ACME_HTTPCHALLENGE_ENTRYPOINT", "web"},
                        {"TRAEFIK_ACCESSLOG", "true"},
                        {"TRAEFIK_ACCESSLOG_FILTERS_STATUSCODES", "400-499,500"},
                        {"TRAEFIK_METRICS_PROMETHEUS_BUCKETS", "0.1,2"}});
  EXPECT_EQ(flags, file);
  EXPECT_EQ(flags, variables);
  EXPECT_FALSE(flags.providers.docker->exposed_by_default);
  EXPECT_TRUE(flags.providers.docker->watch);
  EXPECT_EQ(flags.entry_points.at("websecure").http.tls->domains.at(0).main, "a.test");
  EXPECT_EQ(flags.entry_points.at("traefik").address, ":8080");
}

TEST(StaticSource, FlagsMayTakeTheNextArgument) {
  const auto config = from_flags({"--entrypoints.web.address", ":81", "--api", "-log.level", "DEBUG", "--ping"});
  EXPECT_EQ(config.entry_points.at("web").address, ":81");
  EXPECT_EQ(config.log.level, "DEBUG");
  EXPECT_TRUE(config.api);
  EXPECT_TRUE(config.ping);
}

TEST(StaticSource, AListMayComeInSeveralFlagsAndOfAnotherOptionTheLastCounts) {
  const auto config =
      from_flags({"--entrypoints.web.forwardedheaders.trustedips=10.0.0.0/8",
                  "--entrypoints.web.forwardedheaders.trustedIPs=::1", "--log.level=INFO", "--log.level=WARN"});
  EXPECT_THAT(config.entry_points.at("web").forwarded_headers.trusted_ips, ElementsAre("10.0.0.0/8", "::1"));
  EXPECT_EQ(config.log.level, "WARN");
}

TEST(StaticSource, AValueMayHoldAnEqualsSignAndBeEmpty) {
  const auto config = from_flags({"--providers.docker.constraints=Label(`a`, `b=c`)", "--providers.docker.network="});
  EXPECT_EQ(config.providers.docker->constraints, "Label(`a`, `b=c`)");
  EXPECT_EQ(config.providers.docker->network, "");
}

TEST(StaticSource, UnknownOptionsNameTheNearest) {
  EXPECT_EQ(flag_error({"--entrypoint.web.address=:80"}),
            "--entrypoint.web.address is unknown: did you mean --entrypoints.web.address?");
  EXPECT_EQ(flag_error({"--providers.docker.exposedbydefaults=false"}),
            "--providers.docker.exposedbydefaults is unknown: did you mean --providers.docker.exposedbydefault?");
  EXPECT_EQ(flag_error({"--providers.docker.swarmMode=true"}),
            "--providers.docker.swarmMode is unknown: Traefik v3 has providers.swarm for it");
  EXPECT_THAT(flag_error({"web=:80"}), HasSubstr("\"web=:80\" is no option"));
  EXPECT_THAT(flag_error({"--=x"}), HasSubstr("has no name"));
  EXPECT_THAT(flag_error({"-"}), HasSubstr("is no option"));
  EXPECT_THAT(flag_error({"--api=maybe"}), HasSubstr("--api takes true or false"));
  EXPECT_THAT(flag_error({"--entrypoints.web=:80"}), HasSubstr("--entrypoints.web takes no value of its own"));
  EXPECT_THAT(flag_error({"--entrypoints.web.transport.lifecycle.gracetimeout=soon"}), HasSubstr("no duration"));
  const auto variables = load_static({{}, {{"TRAEFIK_ENTRYPOINT_WEB_ADDRESS", ":80"}}, {}});
  EXPECT_EQ(variables.error().message,
            "TRAEFIK_ENTRYPOINT_WEB_ADDRESS is unknown: did you mean TRAEFIK_ENTRYPOINTS_WEB_ADDRESS?");
  const auto file = load_static({{}, {}, StaticFile{"t.yml", "entrypoint:\n  web: {}\n"}});
  EXPECT_EQ(file.error().message, "t.yml:1:1: entrypoint is unknown: did you mean entryPoints?");
}

TEST(StaticSource, OneSourceCountsAndTheOthersAreNamed) {
  const StaticFile file{"t.yml", "log: {level: INFO}"};
  const auto result = load_static({{"--log.level=WARN", "--configfile=t.yml", "--gatehouse.workers=3"},
                                   {{"TRAEFIK_API", "true"}, {"TRAEFIK_GATEHOUSE_STATEDIR", "/s"}},
                                   file});
  ASSERT_TRUE(result.has_value()) << result.error().message;
  EXPECT_EQ(result->config.log.level, "INFO");
  EXPECT_FALSE(result->config.api);
  EXPECT_EQ(result->config.gatehouse.workers, 3);
  EXPECT_EQ(result->config.gatehouse.state_dir, "/s");
  EXPECT_THAT(result->warnings, ElementsAre(HasSubstr("--log.level"), HasSubstr("TRAEFIK_API")));

  const auto flags = load_static({{"--log.level=WARN"}, {{"TRAEFIK_LOG_LEVEL", "DEBUG"}}, {}});
  EXPECT_EQ(flags->config.log.level, "WARN");
  EXPECT_THAT(flags->warnings, ElementsAre(StartsWith("1 environment variables are left out")));

  // Our own flags do not make the command line the source.
  const auto mixed = load_static({{"--gatehouse.workers=3"}, {{"TRAEFIK_LOG_LEVEL", "DEBUG"}}, {}});
  EXPECT_EQ(mixed->config.log.level, "DEBUG");
  EXPECT_EQ(mixed->config.gatehouse.workers, 3);
  EXPECT_THAT(mixed->warnings, IsEmpty());
}

TEST(StaticSource, FindsTheConfigurationFile) {
  EXPECT_EQ(config_file_path({}, {}), std::nullopt);
  EXPECT_THAT(config_file_path({"--configFile=a"}, {{"TRAEFIK_CONFIGFILE", "b"}}), Optional(std::string("a")));
  EXPECT_THAT(config_file_path({"--configfile", "a"}, {}), Optional(std::string("a")));
  EXPECT_THAT(config_file_path({"--api"}, {{"TRAEFIK_CONFIGFILE", "b"}}), Optional(std::string("b")));
}

TEST(StaticSource, EntryPointsThatNobodyAskedFor) {
  EXPECT_THAT(from_flags({}).entry_points, ElementsAre(Key("http")));
  EXPECT_EQ(from_flags({}).entry_points.at("http").address, ":80");
  EXPECT_THAT(from_flags({"--ping"}).entry_points, ElementsAre(Key("http"), Key("traefik")));
  EXPECT_THAT(from_flags({"--ping.entrypoint=http"}).entry_points, ElementsAre(Key("http")));
  EXPECT_THAT(from_flags({"--ping.manualrouting"}).entry_points, ElementsAre(Key("http")));
  EXPECT_THAT(from_flags({"--metrics.prometheus"}).entry_points, ElementsAre(Key("http"), Key("traefik")));
  EXPECT_THAT(from_flags({"--api"}).entry_points, ElementsAre(Key("http")));
  EXPECT_EQ(from_flags({"--api.insecure", "--entrypoints.traefik.address=:9"}).entry_points.at("traefik").address,
            ":9");
}

TEST(StaticSource, ProvidersThatAreNotOursAreTakenWhole) {
  const auto config =
      from_flags({"--providers.kubernetescrd.namespaces=a,b", "--providers.consul", "--tracing=true",
                  "--providers.nomad=false", "--experimental.plugins.x.modulename=m", "--entrypoints.web.http3"});
  EXPECT_EQ(config.providers.kubernetes_crd.json, R"({"namespaces":"a,b"})");
  EXPECT_EQ(config.providers.consul.json, R"("true")");
  EXPECT_EQ(config.providers.nomad.json, "");
  EXPECT_EQ(config.experimental.json, R"({"plugins":{"x":{"modulename":"m"}}})");
  EXPECT_TRUE(config.entry_points.at("web").http3);
}

TEST(Address, ReadsHostPortAndProtocol) {
  EXPECT_EQ(*parse_address(":80"), (Address{"", 80, false}));
  EXPECT_EQ(*parse_address("127.0.0.1:0"), (Address{"127.0.0.1", 0, false}));
  EXPECT_EQ(*parse_address("[::1]:65535/tcp"), (Address{"::1", 65535, false}));
  EXPECT_EQ(*parse_address("localhost:53/udp"), (Address{"localhost", 53, true}));
  for (const auto* text : {"", "80", ":", ":65536", ":-1", ":+1", "::1:80", "[]:80", "a:80/sctp", ":80/", "[::1:80"}) {
    const auto address = parse_address(text);
    ASSERT_FALSE(address.has_value()) << text;
    EXPECT_THAT(address.error().message, HasSubstr(std::string("\"") + text + "\"")) << text;
  }
}

}  // namespace
}  // namespace gatehouse::model
