#include "model/check.h"

#include <gmock/gmock.h>

#include "format/yaml.h"
#include "model/decode.h"
#include "model/static_source.h"
#include "model/unsupported.h"

namespace gatehouse::model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// The one middleware or service that a file defines, as YAML in flow style.
DynamicConfig decoded(const std::string& yaml) {
  const auto document = format::parse_yaml(yaml);
  EXPECT_TRUE(document.has_value()) << yaml;
  auto config = decode_dynamic(*document, "d.yml");
  EXPECT_TRUE(config.has_value()) << config.error().message;
  return config.value_or(DynamicConfig());
}

std::string verdict(const base::Result<void>& result) { return result ? "fine" : result.error().message; }

std::string middleware(const std::string& yaml) {
  return verdict(check(decoded("http: {middlewares: {m: {" + yaml + "}}}").http.middlewares.at("m")));
}

std::string service(const std::string& yaml) {
  return verdict(check(decoded("http: {services: {s: {" + yaml + "}}}").http.services.at("s")));
}

std::string static_of(const std::vector<std::string>& flags) {
  const auto result = load_static({flags, {}, {}});
  EXPECT_TRUE(result.has_value()) << result.error().message;
  const auto checked = check(result->config);
  return checked ? "fine" : checked.error().detail;
}

TEST(CheckMiddleware, HasExactlyOneType) {
  EXPECT_THAT(middleware(""), HasSubstr("no type"));
  EXPECT_THAT(middleware("addPrefix: {prefix: /a}, stripPrefix: {prefixes: [/b]}"),
              HasSubstr("several types (addPrefix, stripPrefix)"));
  EXPECT_EQ(middleware("addPrefix: {prefix: /a}"), "fine");
  EXPECT_EQ(middleware("stripPrefix: {}"), "fine");
  EXPECT_EQ(middleware("compress: {}"), "fine");
  EXPECT_EQ(middleware("encodedCharacters: {}"), "fine");
  EXPECT_EQ(middleware("chain: {middlewares: [a]}"), "fine");
}

TEST(CheckMiddleware, OptionsThatTraefikRefuses) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"addPrefix: {}", "addPrefix.prefix is missing"},
      {"stripPrefixRegex: {regex: ['(']}", "stripPrefixRegex.regex"},
      {"replacePathRegex: {regex: '('}", "replacePathRegex.regex"},
      {"redirectRegex: {regex: '^(.*'}", "redirectRegex.regex"},
      {"redirectScheme: {permanent: true}", "redirectScheme.scheme is missing"},
      {"headers: {}", "no option is set"},
      {"headers: {accessControlAllowOriginListRegex: ['[']}", "accessControlAllowOriginListRegex"},
      {"basicAuth: {users: ['a:b', test]}", "the 2. entry is not of the form name:hash"},
      {"digestAuth: {users: ['a:b']}", "the 1. entry is not of the form name:realm:hash"},
      {"digestAuth: {users: ['a:b:c:d']}", "the 1. entry"},
      {"ipAllowList: {}", "sourceRange is empty"},
      {"ipWhiteList: {sourceRange: [foo]}", "\"foo\" is no IP address"},
      {"ipAllowList: {sourceRange: [127.0.0.1], rejectStatusCode: 600}", "600 is no status code"},
      {"ipAllowList: {sourceRange: [127.0.0.1], ipStrategy: {excludedIPs: [x]}}", "excludedIPs"},
      {"ipAllowList: {sourceRange: [127.0.0.1], ipStrategy: {depth: -1}}", "depth"},
      {"ipAllowList: {sourceRange: [127.0.0.1], ipStrategy: {ipv6Subnet: 129}}", "ipv6Subnet"},
      {"rateLimit: {average: 1, sourceCriterion: {requestHost: true, requestHeaderName: X}}", "only one of"},
      {"inFlightReq: {amount: 1, sourceCriterion: {requestHost: true, ipStrategy: {depth: 1}}}", "only one of"},
      {"rateLimit: {period: -1s}", "period"},
      {"compress: {includedContentTypes: [a/b], excludedContentTypes: [c/d]}", "only one of"},
      {"compress: {encodings: [deflate]}", "\"deflate\" is none of gzip, br, zstd"},
      {"compress: {encodings: []}", "encodings is empty"},
      {"compress: {encodings: [br], defaultEncoding: gzip}", "\"gzip\" is none of br"},
      {"buffering: {memRequestBodyBytes: -1}", "memRequestBodyBytes"},
      {"retry: {}", "attempts"},
      {"retry: {attempts: 2, status: [5xx]}", "retry.status: \"5xx\""},
      {"errors: {status: ['500']}", "service is missing"},
      {"errors: {status: [599-500], service: s}", "\"599-500\""},
      {"errors: {service: s, statusRewrites: {x: 404}}", "\"x\""},
      {"errors: {service: s, statusRewrites: {'500': 4}}", "\"4\""},
  };
  for (const auto& [yaml, message] : cases) EXPECT_THAT(middleware(yaml), HasSubstr(message)) << yaml;
}

TEST(CheckMiddleware, NeverQuotesAHash) {
  EXPECT_THAT(middleware("basicAuth: {users: ['$apr1$secret']}"), Not(HasSubstr("secret")));
}

TEST(CheckMiddleware, OneThatWouldBeLeftOutIsRefused) {
  EXPECT_EQ(middleware("grpcWeb: {allowOrigins: ['*']}"), "fine");
  EXPECT_THAT(middleware("plugin: {geo: {a: b}}"), HasSubstr("plugin is not supported yet"));
  // Its guard stays, only where it counts is another.
  EXPECT_EQ(middleware("rateLimit: {average: 1, redis: {}}"), "fine");
}

TEST(CheckService, HasExactlyOneTypeThatTheEdgeKnows) {
  EXPECT_THAT(service(""), HasSubstr("no type"));
  EXPECT_THAT(service("weighted: {}, failover: {}"), HasSubstr("several types"));
  EXPECT_EQ(service("loadBalancer: {servers: [{url: 'http://a:80/x'}]}"), "fine");
  EXPECT_EQ(service("weighted: {services: [{name: a, weight: 0}]}"), "fine");
  EXPECT_EQ(service("failover: {service: a, fallback: b, errors: {status: [500-599]}}"), "fine");
  EXPECT_EQ(service("mirroring: {service: a, mirrors: [{name: b, percent: 10}]}"), "fine");
  EXPECT_EQ(service("highestRandomWeight: {services: [{name: a}]}"), "fine");
}

TEST(CheckService, OptionsThatAreWrong) {
  for (const auto* url : {"foo", "http://", "http://:80", "ftp://a", "http://a b", "://a"}) {
    EXPECT_THAT(service(std::string("loadBalancer: {servers: [{url: '") + url + "'}]}"), HasSubstr("is no URL")) << url;
  }
  EXPECT_THAT(service("loadBalancer: {strategy: random}"), HasSubstr("strategy"));
  EXPECT_THAT(service("loadBalancer: {sticky: {cookie: {sameSite: x}}}"), HasSubstr("sameSite"));
  EXPECT_THAT(service("loadBalancer: {healthCheck: {path: 'http://x/'}}"), HasSubstr("names a host"));
  EXPECT_THAT(service("loadBalancer: {healthCheck: {interval: 0}}"), HasSubstr("interval"));
  EXPECT_THAT(service("loadBalancer: {healthCheck: {mode: tcp}}"), HasSubstr("mode"));
  EXPECT_THAT(service("loadBalancer: {healthCheck: {unhealthyInterval: 0}}"), HasSubstr("unhealthyInterval"));
  EXPECT_THAT(service("loadBalancer: {healthCheck: {scheme: ftp}}"), HasSubstr("scheme"));
  EXPECT_THAT(service("loadBalancer: {healthCheck: {status: 99}}"), HasSubstr("status"));
  EXPECT_THAT(service("loadBalancer: {passiveHealthCheck: {failureWindow: 0}}"), HasSubstr("failureWindow"));
  EXPECT_THAT(service("loadBalancer: {passiveHealthCheck: {maxFailedAttempts: 0}}"), HasSubstr("maxFailedAttempts"));
  EXPECT_THAT(service("weighted: {services: [{weight: 1}]}"), HasSubstr("name is missing"));
  EXPECT_THAT(service("weighted: {services: [{name: a, weight: -1}]}"), HasSubstr("weight of a"));
  EXPECT_THAT(service("failover: {service: a}"), HasSubstr("fallback"));
  EXPECT_THAT(service("mirroring: {service: a, mirrors: [{name: b, percent: 101}]}"), HasSubstr("percentage"));
}

TEST(CheckRouter, NeedsARuleAServiceAndASmallPriority) {
  HttpRouter router;
  EXPECT_THAT(verdict(check(router)), HasSubstr("rule is missing"));
  router.rule = "Host(`a`)";
  EXPECT_THAT(verdict(check(router)), HasSubstr("service is missing"));
  router.service = "s";
  EXPECT_EQ(verdict(check(router)), "fine");
  router.priority = kRouterPriorityMax;
  EXPECT_EQ(verdict(check(router)), "fine");
  ++router.priority;
  EXPECT_THAT(verdict(check(router)), HasSubstr("priority"));
  router.priority = 0;
  router.rule = "Host(`a`, `b`)";
  EXPECT_THAT(verdict(check(router)), HasSubstr("rule"));
  EXPECT_EQ(verdict(check(router, "v2")), "fine");
  router.rule_syntax = "v2";
  EXPECT_EQ(verdict(check(router)), "fine");
}

TEST(CheckTls, VersionsAndClientCertificates) {
  TlsOptions options;
  EXPECT_EQ(verdict(check(options)), "fine");
  options.min_version = "VersionTLS13";
  options.max_version = "VersionTLS12";
  EXPECT_THAT(verdict(check(options)), HasSubstr("older"));
  options = {};
  options.min_version = "1.2";
  EXPECT_THAT(verdict(check(options)), HasSubstr("minVersion"));
  options = {};
  options.client_auth.client_auth_type = "RequireAndVerifyClientCert";
  EXPECT_THAT(verdict(check(options)), HasSubstr("needs caFiles"));
  options.client_auth.ca_files = {"ca.pem"};
  EXPECT_EQ(verdict(check(options)), "fine");
}

TEST(CheckStatic, NamesEveryMistakeByItsOption) {
  EXPECT_EQ(static_of({}), "fine");
  EXPECT_EQ(static_of({"--entrypoints.web.address=:80", "--entrypoints.web.http.redirections.entrypoint.to=:443"}),
            "fine");
  const auto mistakes =
      static_of({"--entrypoints.a.address=80", "--entrypoints.b.forwardedheaders.trustedips=x",
                 "--entrypoints.c.address=:1", "--entrypoints.d.address=:1", "--entrypoints.u.address=:1/udp",
                 "--entrypoints.c.http.redirections.entrypoint.to=nowhere", "--certificatesresolvers.r.acme.email=a@b",
                 "--certificatesresolvers.s.acme.httpchallenge.entrypoint=nowhere",
                 "--certificatesresolvers.s.acme.keytype=DSA", "--providers.file=true", "--log.level=LOUD",
                 "--accesslog.format=xml", "--ping.entrypoint=nowhere", "--ping.terminatingstatuscode=99",
                 "--tracing.samplerate=2", "--core.defaultrulesyntax=v1", "--gatehouse.workers=-1"});
  for (const auto* part :
       {"entryPoints.a: the address \"80\" has no port", "entryPoints.b.address is missing",
        "entryPoints.b: forwardedHeaders.trustedIPs: \"x\"", "entryPoints.d.address is that of the entry point c too",
        "names the entry point nowhere", "certificatesResolvers.r.acme needs exactly one",
        "httpChallenge.entryPoint names", "keyType: \"DSA\"", "providers.file needs", "log.level",
        "accessLog.format: \"xml\"", "ping.entryPoint names", "ping.terminatingStatusCode", "tracing.sampleRate",
        "core.defaultRuleSyntax: \"v1\"", "gatehouse.workers"}) {
    EXPECT_THAT(mistakes, HasSubstr(part));
  }
  EXPECT_THAT(mistakes, Not(HasSubstr("entryPoints.u")));
}

TEST(Unsupported, NamesWhatIsSetAndNothingElse) {
  EXPECT_THAT(unsupported_options(StaticConfig()), IsEmpty());
  const auto config =
      load_static({{"--providers.consul.endpoints=a", "--entrypoints.web.http3", "--tracing.otlp.grpc=true",
                    "--entrypoints.web.address=:80", "--metrics.datadog.address=x",
                    "--certificatesresolvers.le.tailscale", "--providers.docker"},
                   {},
                   {}});
  EXPECT_THAT(unsupported_options(config->config),
              ElementsAre("entryPoints.web.http3", "providers.consul", "metrics.datadog", "tracing.otlp.grpc",
                          "certificatesResolvers.le.tailscale"));
  const auto dynamic = decoded(
      "http: {services: {s: {loadBalancer: {strategy: p2c, healthCheck: {path: /, mode: grpc}}}}, "
      "routers: {r: {parentRefs: [a]}}}");
  EXPECT_THAT(unsupported_options(dynamic),
              ElementsAre("http.routers.r.parentRefs", "http.services.s.loadBalancer.healthCheck.mode=grpc"));
  EXPECT_THAT(unsupported_options(decoded("tcp: {services: {s: {loadBalancer: {healthCheck: {interval: 1s}}}}}")),
              ElementsAre("tcp.services.s.loadBalancer.healthCheck"));
}

}  // namespace
}  // namespace gatehouse::model
