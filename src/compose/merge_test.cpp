// Files over files, extends and include, as load() applies them.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compose/load.h"
#include "compose/test_files.h"
#include "compose/write.h"
#include "format/yaml_write.h"

namespace gatehouse::compose {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The service a of base, changed by over.
Service merged(const std::string& base, const std::string& over) {
  TestFiles files({{"base.yml", base}, {"over.yml", over}});
  files.options.files = {"/p/base.yml", "/p/over.yml"};
  auto project = files.load();
  EXPECT_TRUE(project) << project.error().message << project.error().detail;
  return project ? project->services.at("a") : Service{};
}

Service merged_services(const std::string& base, const std::string& over) {
  return merged("services: {a: {image: x, " + base + "}}", "services: {a: {" + over + "}}");
}

std::string merge_errors(const std::string& base, const std::string& over) {
  TestFiles files({{"base.yml", base}, {"over.yml", over}});
  files.options.files = {"/p/base.yml", "/p/over.yml"};
  return files.errors();
}

Strings texts(const std::vector<Located>& located) {
  Strings result;
  for (const auto& item : located) result.push_back(item.text);
  return result;
}

TEST(Merge, ScalarsAreReplacedMappingsMerged) {
  const auto a = merged_services("user: u, deploy: {replicas: 1, labels: {k: v}}",
                                 "user: w, deploy: {replicas: 2, labels: [l=m]}");
  EXPECT_EQ(a.user, "w");
  EXPECT_EQ(a.deploy->replicas, 2);
  EXPECT_EQ(a.deploy->labels.size(), 2u);
}

TEST(Merge, CommandEntrypointAndTestAreReplaced) {
  const auto a = merged_services("command: [a, b], entrypoint: c d, healthcheck: {test: [CMD, x], retries: 2}",
                                 "command: e, entrypoint: [], healthcheck: {test: f}");
  EXPECT_THAT(*a.command, ElementsAre("e"));
  EXPECT_THAT(*a.entrypoint, IsEmpty());
  EXPECT_THAT(a.healthcheck->test, ElementsAre("CMD-SHELL", "f"));
  EXPECT_EQ(a.healthcheck->retries, 2);
}

TEST(Merge, ListsAreAppendedAndKeptUnique) {
  const auto a = merged_services(
      "cap_add: [A, B], dns: 1.1.1.1, tmpfs: /a, expose: [80], security_opt: [x], ports: ['80:80', '90:90'], "
      "volumes: ['./old:/x', './y:/y'], group_add: [1]",
      "cap_add: [B, C], dns: [8.8.8.8], tmpfs: [/b], expose: ['80', 90], security_opt: [y], ports: ['80:80', '91:90'], "
      "volumes: ['./new:/x:ro'], group_add: [2]");
  EXPECT_THAT(a.cap_add, ElementsAre("A", "B", "C"));
  EXPECT_THAT(a.dns, ElementsAre("1.1.1.1", "8.8.8.8"));
  EXPECT_THAT(texts(a.tmpfs), ElementsAre("/a", "/b"));
  EXPECT_THAT(texts(a.expose), ElementsAre("80", "90"));
  EXPECT_THAT(a.security_opt, ElementsAre("x", "y"));
  EXPECT_EQ(a.ports.size(), 3u);
  ASSERT_EQ(a.volumes.size(), 2u);
  EXPECT_EQ(a.volumes[0].source, "/p/new");
  EXPECT_TRUE(a.volumes[0].read_only);
  EXPECT_THAT(a.group_add, ElementsAre("1", "2"));
}

TEST(Merge, KeyValuesOfBothForms) {
  const auto a = merged_services(
      "environment: {A: 1, B: 2, N: }, labels: [k=v, l=w], sysctls: {s: 1}, "
      "extra_hosts: {h: 10.0.0.1}, build: {context: ., args: [X=1]}",
      "environment: [B=3, C], labels: {k: x}, sysctls: [s=2], extra_hosts: ['i:10.0.0.2'], "
      "build: {args: {X: 2, Y: 3}}");
  EXPECT_EQ(a.environment.at("A").value, "1");
  EXPECT_EQ(a.environment.at("B").value, "3");
  EXPECT_EQ(a.environment.at("N").value, std::nullopt);
  EXPECT_EQ(a.environment.at("C").value, std::nullopt);
  EXPECT_EQ(a.labels.at("k").text, "x");
  EXPECT_EQ(a.labels.at("k").at.source, 2u);
  EXPECT_EQ(a.labels.at("l").text, "w");
  EXPECT_EQ(a.sysctls.at("s"), "2");
  EXPECT_EQ(a.extra_hosts.size(), 2u);
  EXPECT_EQ(a.build->args.at("X").value, "2");
}

TEST(Merge, ListsOfNamesBecomeMappings) {
  const auto a = merged(
      "services: {a: {image: x, depends_on: [b], networks: [n]}, b: {image: x}, c: {image: x}}\nnetworks: {n: , m: }",
      "services: {a: {depends_on: {b: {condition: service_healthy}, c: {condition: service_started}}, "
      "networks: {n: {aliases: [z]}, m: }}}");
  EXPECT_EQ(a.depends_on.at("b").condition, Condition::kHealthy);
  EXPECT_EQ(a.depends_on.size(), 2u);
  EXPECT_THAT(a.networks.at("n").aliases, ElementsAre("z"));
  EXPECT_TRUE(a.networks.contains("m"));
}

TEST(Merge, BuildLoggingUlimitsAndNulls) {
  const auto a = merged_services(
      "build: ./src, logging: {driver: local, options: {a: 1}}, ulimits: {nofile: 1, nproc: {soft: 1, hard: 2}}, "
      "ports: ['80']",
      "build: {target: t}, logging: {options: {b: 2}}, ulimits: {nofile: {soft: 3, hard: 4}}, ports:");
  EXPECT_EQ(a.build->context, "/p/src");
  EXPECT_EQ(a.build->target, "t");
  EXPECT_EQ(a.logging->options.size(), 2u);
  EXPECT_EQ(a.ulimits.at("nofile").hard, 4);
  EXPECT_EQ(a.ports.size(), 1u);
  const auto other =
      merged_services("logging: {driver: local, options: {a: 1}}", "logging: {driver: syslog, options: {b: 2}}");
  EXPECT_EQ(other.logging->options.size(), 1u);
}

TEST(Merge, SubnetsMergeByTheirAddress) {
  TestFiles files(
      {{"base.yml",
        "services: {a: {image: x, networks: [n]}}\nnetworks: {n: {ipam: {config: "
        "[{subnet: 10.0.0.0/24}, {subnet: 10.1.0.0/24}]}}}"},
       {"over.yml",
        "networks: {n: {ipam: {config: [{subnet: 10.1.0.0/24, gateway: 10.1.0.1}, {subnet: 10.2.0.0/24}]}}}"}});
  files.options.files = {"/p/base.yml", "/p/over.yml"};
  const auto project = files.load();
  ASSERT_TRUE(project) << project.error().message;
  const auto& ipam = project->networks.at("n").ipam;
  ASSERT_EQ(ipam.size(), 3u);
  EXPECT_EQ(ipam[1].gateway, "10.1.0.1");
}

TEST(Merge, ResetRemoves) {
  const auto a = merged_services("ports: ['80'], user: u, environment: {A: 1, B: 2}, command: x",
                                 "ports: !reset [], user: !reset null, environment: {A: !reset null}, command: !reset");
  EXPECT_TRUE(a.ports.empty());
  EXPECT_EQ(a.user, "");
  EXPECT_FALSE(a.environment.contains("A"));
  EXPECT_TRUE(a.environment.contains("B"));
  EXPECT_TRUE(merged_services("labels: [k=v, l=w]", "labels: {k: !reset null}").labels.contains("l"));
  EXPECT_FALSE(merged_services("labels: [k=v, l=w]", "labels: {k: !reset null}").labels.contains("k"));
  EXPECT_EQ(a.command, std::nullopt);
  EXPECT_FALSE(a.key_at.contains("ports"));
}

TEST(Merge, OverrideReplaces) {
  const auto a =
      merged_services("ports: ['80'], environment: {A: 1}, deploy: {replicas: 1, mode: global}",
                      "ports: !override ['90'], environment: !override {B: 2}, deploy: !override {replicas: 2}");
  ASSERT_EQ(a.ports.size(), 1u);
  EXPECT_EQ(a.ports[0].target, 90);
  EXPECT_EQ(a.environment.size(), 1u);
  EXPECT_EQ(a.deploy->mode, "");
}

TEST(Merge, TagsWorkThroughAliases) {
  const auto a = merged("services: {a: {image: x, ports: ['80'], user: u}}",
                        "x-none: &none {ports: !reset [], user: !reset null}\nservices: {a: {<<: *none}}");
  EXPECT_TRUE(a.ports.empty());
  EXPECT_EQ(a.user, "");
}

TEST(Merge, WholeServicesAndDocuments) {
  TestFiles files(
      {{"compose.yaml", "services: {a: {image: x}, b: {image: x}}\n---\nservices: {b: !reset null, c: {image: y}}\n"}});
  const auto project = files.load();
  ASSERT_TRUE(project);
  EXPECT_EQ(project->services.size(), 2u);
  EXPECT_TRUE(project->services.contains("c"));
}

TEST(Merge, KindsHaveToFit) {
  EXPECT_THAT(merge_errors("services: {a: {image: x}}\nx-a: [1]", "x-a: {b: 1}"), "no error");
  EXPECT_THAT(merge_errors("services: {a: {image: x}}\nnetworks: {n: {external: true}}",
                           "networks: {n: {external: {name: y}}}"),
              HasSubstr("/p/over.yml:1:26: networks.n.external is a mapping here and a boolean in what it changes"));
}

TEST(Merge, PathsBelongToTheProjectFolder) {
  TestFiles files(
      {{"deep/base.yml", "services: {a: {image: x, env_file: e.env, volumes: ['./v:/v']}}"}, {"e.env", "A=1"}});
  files.options.files = {"/p/deep/base.yml"};
  const auto project = files.load();
  ASSERT_TRUE(project) << project.error().message;
  EXPECT_EQ(project->services.at("a").volumes[0].source, "/p/v");
  EXPECT_EQ(project->services.at("a").environment.at("A").value, "1");
}

TEST(Extends, SameFileAndChains) {
  const TestFiles files({{"compose.yaml", R"(
services:
  base: {image: x, environment: {A: 1, B: 1}, ports: ["80"], depends_on: [db]}
  mid: {extends: base, environment: {B: 2}}
  top: {extends: {service: mid}, image: y, ports: ["90"]}
  db: {image: z}
)"}});
  const auto project = files.load();
  ASSERT_TRUE(project) << project.error().message;
  const auto& top = project->services.at("top");
  EXPECT_EQ(top.image, "y");
  EXPECT_EQ(top.environment.at("A").value, "1");
  EXPECT_EQ(top.environment.at("B").value, "2");
  EXPECT_EQ(top.ports.size(), 2u);
  EXPECT_TRUE(top.depends_on.contains("db"));
  EXPECT_EQ(project->services.at("base").environment.at("B").value, "1");
}

TEST(Extends, OtherFilesWithTheirFolders) {
  const TestFiles files(
      {{".env", "TAG=1\n"},
       {"compose.yaml", "services: {a: {extends: {file: lib/base.yml, service: b}, volumes: ['./w:/w']}}"},
       {"lib/base.yml",
        "services:\n  b:\n    image: x:$TAG\n    volumes: ['./v:/v']\n    build: .\n"
        "    extends: {file: ../other/root.yml, service: r}\n  unused: {bad: key}\n"},
       {"other/root.yml", "services: {r: {env_file: [{path: e.env, required: false}], user: u}}"}});
  const auto project = files.load();
  ASSERT_TRUE(project) << project.error().message;
  const auto& a = project->services.at("a");
  EXPECT_EQ(a.image, "x:1");
  EXPECT_EQ(a.user, "u");
  EXPECT_EQ(a.build->context, "/p/lib");
  EXPECT_EQ(a.env_files[0].path, "/p/other/e.env");
  ASSERT_EQ(a.volumes.size(), 2u);
  EXPECT_EQ(a.volumes[0].source, "/p/lib/v");
  EXPECT_EQ(a.volumes[1].source, "/p/w");
  EXPECT_EQ(project->locate(a.position_of("user")), "/p/other/root.yml:1:60");
}

TEST(Extends, ErrorsNameTheirPlace) {
  EXPECT_THAT(TestFiles({{"compose.yaml", "services:\n  a:\n    extends: gone\n"}}).errors(),
              HasSubstr("/p/compose.yaml:3:14: services.a.extends: there is no service 'gone' in /p/compose.yaml"));
  EXPECT_THAT(
      TestFiles({{"compose.yaml", "services: {a: {extends: {file: b.yml, service: c}}}"}, {"b.yml", "services: {}"}})
          .errors(),
      HasSubstr("there is no service 'c' in /p/b.yml to extend"));
  EXPECT_THAT(TestFiles({{"compose.yaml", "services: {a: {extends: {file: gone.yml, service: c}}}"}}).errors(),
              HasSubstr("/p/compose.yaml:1:32: cannot read /p/gone.yml"));
  EXPECT_THAT(TestFiles({{"compose.yaml", "services: {a: {extends: b}, b: {extends: c}, c: {extends: a}}"}}).errors(),
              HasSubstr("extends itself"));
  EXPECT_THAT(TestFiles({{"compose.yaml", "services: {a: {extends: {file: b.yml, service: a}}}"},
                         {"b.yml", "services: {a: {extends: {file: compose.yaml, service: a}}}"}})
                  .errors(),
              HasSubstr("extends itself"));
  EXPECT_THAT(TestFiles({{"compose.yaml", "services: {a: {extends: {file: b.yml, service: b}}}"},
                         {"b.yml", "services:\n  b:\n    imag: x\n"}})
                  .errors(),
              HasSubstr("/p/b.yml:3:5: services.b.imag is no key that compose knows; is 'image' meant?"));
}

TEST(Include, BringsInAnotherProject) {
  const TestFiles files(
      {{".env", "OUTER=outer\nBOTH=outer\n"},
       {"compose.yaml", "include: [sub/compose.yaml]\nservices: {a: {image: x, depends_on: [b]}, b: {user: u}}\n"},
       {"sub/.env", "INNER=inner\nBOTH=inner\n"},
       {"sub/compose.yaml",
        "name: ignored\nservices: {b: {image: '$OUTER$INNER$BOTH', volumes: ['./v:/v', 'd:/d'], "
        "environment: [INNER]}}\nvolumes: {d: }\n"}});
  const auto project = files.load();
  ASSERT_TRUE(project) << project.error().message;
  EXPECT_EQ(project->name, "p");
  const auto& b = project->services.at("b");
  EXPECT_EQ(b.image, "outerinnerouter");
  EXPECT_EQ(b.user, "u");
  EXPECT_EQ(b.volumes[0].source, "/p/sub/v");
  EXPECT_EQ(b.environment.at("INNER").value, "inner");
  EXPECT_EQ(project->volumes.at("d").name, "p_d");
}

TEST(Include, TakesTheLongForm) {
  const TestFiles files({{"compose.yaml",
                          "include:\n  - path: [sub/one.yml, sub/two.yml]\n    project_directory: elsewhere\n"
                          "    env_file: x.env\n  - {path: three.yml, env_file: /dev/null}\n"},
                         {"x.env", "V=1\n"},
                         {".env", "W=2\n"},
                         {"sub/one.yml", "services: {a: {image: 'x$V', build: ./b}}"},
                         {"sub/two.yml", "services: {a: {user: two}}"},
                         {"three.yml", "services: {c: {image: 'y$W'}}"}});
  const auto project = files.load();
  ASSERT_TRUE(project) << project.error().message;
  EXPECT_EQ(project->services.at("a").image, "x1");
  EXPECT_EQ(project->services.at("a").user, "two");
  EXPECT_EQ(project->services.at("a").build->context, "/p/elsewhere/b");
  EXPECT_EQ(project->services.at("c").image, "y2");
}

TEST(Include, ErrorsNameTheirPlace) {
  EXPECT_THAT(TestFiles({{"compose.yaml", "include:\n  - gone.yml\nservices: {}\n"}}).errors(),
              HasSubstr("/p/compose.yaml:2:5: cannot read /p/gone.yml"));
  EXPECT_THAT(TestFiles({{"compose.yaml", "include: [b.yml]"}, {"b.yml", "include: [compose.yaml]"}}).errors(),
              HasSubstr("/p/b.yml:1:11: /p/compose.yaml includes itself"));
  EXPECT_THAT(
      TestFiles({{"compose.yaml", "include: [{path: b.yml, env_file: gone.env}]"}, {"b.yml", "services: {}"}}).errors(),
      HasSubstr("/p/gone.env"));
}

TEST(Include, FilesThatFanOutAreStopped) {
  std::map<std::string, std::string> files = {{"compose.yaml", "include: [f0.yml, f0.yml]"}};
  for (int i = 0; i < 12; ++i) {
    const auto next = fmt::format("f{}.yml", i + 1);
    files[fmt::format("f{}.yml", i)] = fmt::format("include: [{0}, {0}]", next);
  }
  files["f12.yml"] = "services: {a: {image: x}}";
  EXPECT_THAT(TestFiles(files).errors(), HasSubstr("more than 500 files"));
}

constexpr std::string_view kEverything = R"(
name: all
services:
  web:
    image: "x:${TAG:-1}"
    build: {context: ., args: [A=1, B], tags: [t], ssh: [default], secrets: [s], ulimits: {nofile: 1}, shm_size: 1g,
            additional_contexts: {img: "docker-image://y", dir: ./d}, extra_hosts: ["h:1.2.3.4"], pull: true}
    command: [a, "", "$$HOME ${X:-it's}"]
    entrypoint: []
    environment: {A: "$$1", NULL: , MULTI: "a\nb", BOOL: "true", NUM: "1.10"}
    env_file: [{path: e.env, required: false}]
    ports: ["80", "127.0.0.1:8000-8001:90-91/udp", {target: 1, mode: host, name: n, app_protocol: http}]
    volumes: ["v:/v:nocopy", "./b:/b:ro,z", /anon, {type: tmpfs, target: /t, tmpfs: {size: 1m, mode: 0755}},
              {type: bind, source: /s, target: /s2, bind: {create_host_path: false, propagation: rslave}}]
    networks: {n: {aliases: [q], ipv4_address: 10.0.0.2, priority: 5}, default: }
    depends_on: {db: {condition: service_healthy, restart: true, required: true}}
    healthcheck: {test: [CMD, x], interval: 90s, start_period: 1.5s, retries: 3}
    deploy: {replicas: 2, labels: {l: 1}, resources: {limits: {cpus: "0.50", memory: 50M, pids: 9},
             reservations: {memory: 1g, devices: [{driver: nvidia, count: all, capabilities: [gpu]}]}},
             update_config: {parallelism: 1, delay: 10s, order: start-first, max_failure_ratio: 0.3},
             restart_policy: {condition: on-failure, max_attempts: 3}, placement: {constraints: ["a==b"],
             preferences: [{spread: z}]}}
    secrets: [s, {source: s, target: other, mode: 0400, uid: "1"}]
    configs: [c]
    devices: ["/dev/a:/dev/b:r"]
    gpus: all
    logging: {driver: local, options: {max-size: 1m}}
    ulimits: {nofile: {soft: 1, hard: 2}}
    extra_hosts: ["a:1.1.1.1", "a:2.2.2.2"]
    sysctls: [net.core.somaxconn=1]
    tmpfs: /run:size=1m
    mem_limit: 50m
    memswap_limit: -1
    cpus: 0.5
    pids_limit: 9
    mem_reservation: 1g
    init: false
    oom_score_adj: -500
    stop_grace_period: 1m
    expose: [8080, "9000-9001/udp"]
    profiles: []
    x-own: {a: [1, two, null]}
    develop: {watch: [{path: ., action: rebuild}]}
  db: {image: y, network_mode: none, scale: 3}
networks:
  n: {driver: bridge, internal: true, enable_ipv6: false, labels: [a=b], ipam: {driver: default,
      config: [{subnet: 10.0.0.0/24, aux_addresses: {r: 10.0.0.9}}], options: {o: p}}}
  unused:
volumes:
  v: {driver_opts: {type: none, o: bind, device: ./dev}}
secrets: {s: {file: ./s}}
configs: {c: {content: "k=$$v\n"}}
x-top: {k: v}
)";

TEST(Write, OutputLoadsAgainAndStaysTheSame) {
  const TestFiles first({{"compose.yaml", std::string(kEverything)}});
  const auto project = first.load();
  ASSERT_TRUE(project) << project.error().message;
  const auto text = to_yaml(*project);
  const TestFiles second({{"compose.yaml", text}});
  const auto again = second.load();
  ASSERT_TRUE(again) << again.error().message << "\n" << text;
  EXPECT_EQ(to_yaml(*again), text);
  EXPECT_EQ(to_json(*again), to_json(*project));
  const TestFiles from_json({{"compose.yaml", to_json(*project)}});
  const auto third = from_json.load();
  ASSERT_TRUE(third) << third.error().message;
  EXPECT_EQ(to_yaml(*third), text);
  EXPECT_EQ(again->services.at("web").environment.at("A").value, "$1");
  EXPECT_EQ(again->configs.at("c").content, "k=$v\n");
  EXPECT_FALSE(again->networks.contains("unused"));
}

TEST(Write, PrintsLongForms) {
  const TestFiles files({{"compose.yaml",
                          "services:\n  web:\n    image: nginx\n    ports: ['8080:80']\n    volumes: ['d:/d']\n"
                          "    environment: [A=$$b]\n    command: echo hi\nvolumes: {d: }\n"}});
  EXPECT_EQ(to_yaml(*files.load()),
            "name: p\n"
            "services:\n"
            "  web:\n"
            "    command:\n"
            "      - echo\n"
            "      - hi\n"
            "    environment:\n"
            "      A: $$b\n"
            "    image: nginx\n"
            "    networks:\n"
            "      default: null\n"
            "    ports:\n"
            "      - mode: ingress\n"
            "        protocol: tcp\n"
            "        published: \"8080\"\n"
            "        target: 80\n"
            "    volumes:\n"
            "      - source: d\n"
            "        target: /d\n"
            "        type: volume\n"
            "networks:\n"
            "  default:\n"
            "    name: p_default\n"
            "volumes:\n"
            "  d:\n"
            "    name: p_d\n");
}

}  // namespace
}  // namespace gatehouse::compose
