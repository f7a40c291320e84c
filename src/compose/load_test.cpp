#include "compose/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compose/test_files.h"
#include "compose/write.h"

namespace gatehouse::compose {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using namespace std::chrono_literals;

// Loads a single compose.yaml; the project is called p.
Project load_text(std::string text) {
  const TestFiles files({{"compose.yaml", std::move(text)}});
  auto project = files.load();
  EXPECT_TRUE(project) << project.error().message << "\n" << project.error().detail;
  return project ? *std::move(project) : Project{};
}

std::string errors_of(std::string text) { return TestFiles({{"compose.yaml", std::move(text)}}).errors(); }

TEST(Load, ReadsAService) {
  const auto project = load_text(R"(
services:
  web:
    image: nginx:1.27
    command: nginx -g 'daemon off;'
    environment: [A=1, B=x=y, C]
    restart: no
    ports: ["127.0.0.1:8080:80", 443, {target: 53, published: 5353, protocol: udp}]
    volumes: ["data:/data:ro", "./conf:/etc/nginx", "/var/log"]
    depends_on: [db]
    healthcheck: {test: "curl -f http://localhost", interval: 1m30s, retries: 3}
    mem_limit: 512m
    cpus: 0.5
    labels: {traefik.enable: true, n: 1.10}
    stop_grace_period: 30s
    ulimits: {nofile: 1024, nproc: {soft: 1, hard: 2}}
    logging: {driver: json-file, options: {max-size: 10m, max-file: 3}}
    extra_hosts: ["a:10.0.0.1", "b=[::1]"]
  db:
    image: postgres
volumes:
  data:
)");
  const auto& web = project.services.at("web");
  EXPECT_EQ(project.name, "p");
  EXPECT_EQ(project.locate(web.at), "/p/compose.yaml:3:3");
  EXPECT_EQ(project.locate(web.position_of("image")), "/p/compose.yaml:4:5");
  EXPECT_THAT(*web.command, ElementsAre("nginx", "-g", "daemon off;"));
  EXPECT_EQ(web.entrypoint, std::nullopt);
  EXPECT_EQ(web.environment.at("B").value, "x=y");
  EXPECT_EQ(web.environment.at("C").value, std::nullopt);
  EXPECT_EQ(web.restart, "no");
  ASSERT_EQ(web.ports.size(), 3u);
  EXPECT_EQ(web.ports[0].host_ip, "127.0.0.1");
  EXPECT_EQ(web.ports[1].target, 443);
  EXPECT_EQ(web.ports[2].published, "5353");
  ASSERT_EQ(web.volumes.size(), 3u);
  EXPECT_TRUE(web.volumes[0].read_only);
  EXPECT_EQ(web.volumes[1].source, "/p/conf");
  EXPECT_EQ(web.volumes[2].source, "");
  EXPECT_EQ(web.depends_on.at("db").condition, Condition::kStarted);
  EXPECT_THAT(web.healthcheck->test, ElementsAre("CMD-SHELL", "curl -f http://localhost"));
  EXPECT_EQ(web.healthcheck->interval, 90s);
  EXPECT_EQ(web.mem_limit, 512 << 20);
  EXPECT_EQ(web.cpus, 0.5);
  EXPECT_EQ(web.labels.at("traefik.enable").text, "true");
  EXPECT_EQ(web.labels.at("n").text, "1.1");
  EXPECT_EQ(web.stop_grace_period, 30s);
  EXPECT_EQ(web.ulimits.at("nproc").hard, 2);
  EXPECT_THAT(web.logging->options, ElementsAre(Pair("max-file", "3"), Pair("max-size", "10m")));
  EXPECT_THAT(web.extra_hosts.at("b"), ElementsAre("::1"));
  EXPECT_TRUE(web.networks.contains("default"));
  EXPECT_EQ(project.networks.at("default").name, "p_default");
  EXPECT_TRUE(project.networks.at("default").implicit);
  EXPECT_EQ(project.volumes.at("data").name, "p_data");
  const auto order = project.start_order();
  ASSERT_EQ(order.size(), 2u);
  EXPECT_EQ(order[0]->name, "db");
}

TEST(Load, EmptyCommandIsNotNoCommand) {
  const auto project = load_text("services: {a: {image: x, command: [], entrypoint: ''}, b: {image: x, command: }}");
  EXPECT_THAT(*project.services.at("a").command, IsEmpty());
  EXPECT_THAT(*project.services.at("a").entrypoint, IsEmpty());
  EXPECT_EQ(project.services.at("b").command, std::nullopt);
}

TEST(Load, ReplacesVariables) {
  TestFiles files({{".env", "TAG=1\nPORT=8080\nBOTH=file\nCOUNT=2\n"},
                   {"compose.yaml",
                    "services:\n  web:\n    image: x:$TAG\n    ports: ['${PORT}:80']\n    privileged: ${PRIV:-yes}\n"
                    "    deploy: {replicas: $COUNT}\n    environment:\n      PASS_THROUGH:\n      BOTH: $BOTH\n"
                    "      NAME: ${COMPOSE_PROJECT_NAME}\n      TAG:\n      COST: $$5\n"}});
  files.options.environment = {{"PASS_THROUGH", "shell"}, {"BOTH", "shell"}};
  const auto project = files.load();
  ASSERT_TRUE(project) << project.error().message;
  const auto& web = project->services.at("web");
  EXPECT_EQ(web.image, "x:1");
  EXPECT_EQ(web.ports[0].published, "8080");
  EXPECT_TRUE(web.privileged);
  EXPECT_EQ(web.replicas(), 2);
  EXPECT_EQ(web.environment.at("PASS_THROUGH").value, "shell");
  EXPECT_EQ(web.environment.at("BOTH").value, "shell");
  EXPECT_EQ(web.environment.at("NAME").value, "p");
  EXPECT_EQ(web.environment.at("TAG").value, "1");
  EXPECT_EQ(web.environment.at("COST").value, "$5");
  // .env is for variables in the files; the container gets none of it by itself.
  EXPECT_FALSE(web.environment.contains("PORT"));
}

TEST(Load, UnsetVariablesWarnOnceAndRequiredOnesFail) {
  EXPECT_THAT(TestFiles({{"compose.yaml", "services:\n  a:\n    image: x$NOPE\n    hostname: ${E:-}\n"}}).warnings(),
              AllOf(HasSubstr("/p/compose.yaml:3:12: the variable NOPE is not set"), Not(HasSubstr("variable E"))));
  EXPECT_EQ(errors_of("services:\n  a:\n    image: x\n    hostname: ${H:?set it}\n    user: ${U?}\n"),
            "/p/compose.yaml:4:15: the variable H is required and not set: set it\n"
            "/p/compose.yaml:5:11: the variable U is required and not set");
}

TEST(Load, KeysAreNotInterpolated) {
  const auto project =
      load_text("services: {a: {image: x, labels: {'${K}': v}, networks: ['${N:-net}']}}\nnetworks: {net: , '${N}': }");
  EXPECT_TRUE(project.services.at("a").labels.contains("${K}"));
  EXPECT_TRUE(project.networks.contains("${N}"));
}

TEST(Load, ErrorsHoldNoValuesOfVariables) {
  TestFiles files({{".env", "SECRET=hunter2\n"},
                   {"compose.yaml",
                    "services:\n  a:\n    image: x\n    mem_limit: $SECRET\n    ports: [$SECRET]\n    init: $SECRET\n"
                    "    pids_limit: $SECRET\n    stop_grace_period: $SECRET\n    volumes: ['$SECRET:']\n"
                    "    command: \"'$SECRET\"\n    devices: [':$SECRET']\n    ulimits: {nofile: $SECRET}\n"
                    "    depends_on: {b: {condition: $SECRET}}\n    expose: [$SECRET]\n    extra_hosts: [$SECRET]\n"}});
  EXPECT_THAT(files.errors(), AllOf(HasSubstr("condition is its value"), Not(HasSubstr("hunter2"))));
  TestFiles others(
      {{".env", "SECRET=hunter2\n"},
       {"compose.yaml",
        "services:\n  a:\n    image: x\n    mem_limit: $SECRET\n    ports: [$SECRET]\n    init: $SECRET\n"
        "    pids_limit: $SECRET\n    stop_grace_period: $SECRET\n    volumes: ['$SECRET:']\n"
        "    command: \"'$SECRET\"\n    devices: [':$SECRET']\n    ulimits: {nofile: $SECRET}\n"
        "    expose: [$SECRET]\n    extra_hosts: [$SECRET]\n    env_file: [{path: x, format: $SECRET}]\n"}});
  EXPECT_THAT(others.errors(), AllOf(HasSubstr("mem_limit: its value is no size"), Not(HasSubstr("hunter2"))));
}

TEST(Load, ErrorsOfReferencesHoldNoValuesEither) {
  TestFiles files({{".env", "SECRET=hunter2\n"},
                   {"compose.yaml",
                    "services:\n  a:\n    image: x\n    volumes: ['$SECRET:/x', '/y:/$SECRET', '/z:/$SECRET']\n"
                    "    depends_on: [$SECRET]\n    networks: [$SECRET]\n    secrets: [$SECRET]\n"
                    "    network_mode: service:$SECRET\n    tmpfs: [/$SECRET, '/$SECRET:size=1']\n"}});
  EXPECT_THAT(files.errors(),
              AllOf(HasSubstr("services.a.volumes: two mounts have one target"), Not(HasSubstr("hunter2"))));
  TestFiles others({{".env", "SECRET=hunter2\n"},
                    {"compose.yaml",
                     "services:\n  a:\n    image: x\n    volumes: ['$SECRET:/x']\n    depends_on: [$SECRET]\n"
                     "    networks: [$SECRET]\n    secrets: [$SECRET]\n    tmpfs: [/$SECRET, '/$SECRET:size=1']\n"}});
  EXPECT_THAT(others.errors(),
              AllOf(HasSubstr("mounts the volume that its variable names"), Not(HasSubstr("hunter2"))));
}

TEST(Load, NamesUnknownKeys) {
  EXPECT_EQ(errors_of("services:\n  a:\n    imagee: x\n    image: y\n    zzzzzzz: 1\n  'b c': {}\nservicess: {}\n"),
            "/p/compose.yaml:3:5: services.a.imagee is no key that compose knows; is 'image' meant?\n"
            "/p/compose.yaml:5:5: services.a.zzzzzzz is no key that compose knows\n"
            "/p/compose.yaml:6:3: services.b c: a name takes letters, digits, '.', '_' and '-' only\n"
            "/p/compose.yaml:7:1: servicess is no key that compose knows; is 'services' meant?");
  EXPECT_THAT(errors_of("services: {a: {image: x, x-mine: 1}}\nx-top: {a: b}\n"), "no error");
}

TEST(Load, NamesUnsupportedKeys) {
  EXPECT_THAT(TestFiles({{"compose.yaml", "version: '3'\nservices:\n  a:\n    image: x\n    develop: {watch: []}\n"}})
                  .warnings(),
              AllOf(HasSubstr("/p/compose.yaml:5:5: services.a.develop is not supported here and has no effect"),
                    HasSubstr("'version' is obsolete")));
}

TEST(Load, ChecksKinds) {
  EXPECT_THAT(errors_of("services: {a: {image: [x]}}"),
              HasSubstr("services.a.image is a list, and has to be a string"));
  EXPECT_THAT(errors_of("services: {a: {image: 1.5}}"),
              HasSubstr("services.a.image is a number, and has to be a string; put it in quotes"));
  EXPECT_THAT(errors_of("services: {a: {image: }}"), HasSubstr("services.a.image is empty, and has to be a string"));
  EXPECT_THAT(errors_of("services: {a: {image: x, command: [sleep, 5]}}"),
              HasSubstr("services.a.command[1] is a number"));
  EXPECT_THAT(errors_of("services: [a]"), HasSubstr("services is a list, and has to be a mapping"));
  EXPECT_THAT(errors_of("- a"), HasSubstr("the file is a list"));
  EXPECT_THAT(errors_of(""), HasSubstr("the file is empty"));
  EXPECT_THAT(errors_of("services: {a: {image: x, depends_on: {b: {}}}, b: {image: x}}"),
              HasSubstr("services.a.depends_on.b lacks the key 'condition'"));
  EXPECT_THAT(errors_of("services: {a: {image: x, volumes: [{target: /x, type: bnd}]}}"),
              HasSubstr("is 'bnd'; it can be bind, volume"));
}

TEST(Load, EmptyListsWarn) {
  EXPECT_THAT(TestFiles({{"compose.yaml", "services:\n  a:\n    image: x\n    ports:\n"}}).warnings(),
              HasSubstr("services.a.ports is empty and has no effect"));
}

TEST(Load, ChecksConsistency) {
  EXPECT_EQ(
      errors_of(R"(
services:
  a:
    environment: {}
    networks: [front]
    depends_on: [gone]
    volumes: ["data:/x"]
    secrets: [token]
    configs: [conf]
  b:
    image: x
    network_mode: host
    networks: [back]
    tmpfs: /run
    volumes: ["./r:/run"]
networks:
  back:
)"),
      "/p/compose.yaml:3:3: services.a: has neither an image nor a build; give it one of them\n"
      "/p/compose.yaml:5:16: services.a: joins the network 'front', which the file does not declare; add it under "
      "'networks:'\n"
      "/p/compose.yaml:6:18: services.a: depends on the service 'gone', which there is not\n"
      "/p/compose.yaml:7:15: services.a: mounts the volume 'data', which the file does not declare; add it under "
      "'volumes:', or start the path of a folder with ./\n"
      "/p/compose.yaml:8:15: services.a: uses the secret 'token', which the file does not declare; add it under "
      "'secrets:'\n"
      "/p/compose.yaml:9:15: services.a: uses the config 'conf', which the file does not declare; add it under "
      "'configs:'\n"
      "/p/compose.yaml:12:5: services.b: has network_mode and networks, which exclude each other; keep one of "
      "them\n"
      "/p/compose.yaml:15:15: services.b: mounts something at '/run' twice; the other stands in line 14");
}

TEST(Load, RefusesContradictions) {
  EXPECT_THAT(errors_of("services: {a: {image: x, mem_limit: 1g, deploy: {resources: {limits: {memory: 2g}}}}}"),
              HasSubstr("sets mem_limit and deploy.resources.limits.memory to different values"));
  EXPECT_EQ(errors_of("services: {a: {image: x, mem_limit: 1g, deploy: {resources: {limits: {memory: 1024m}}}}}"),
            "no error");
  EXPECT_THAT(errors_of("services: {a: {image: x, scale: 2, deploy: {replicas: 3}}}"), HasSubstr("scale"));
  EXPECT_THAT(errors_of("services: {a: {image: x, container_name: c, deploy: {replicas: 2}}}"),
              HasSubstr("container_name and several replicas"));
  EXPECT_THAT(errors_of("services: {a: {image: x, volumes: ['a:/x', 'b:/x']}}\nvolumes: {a: , b: }"),
              HasSubstr("two mounts have the target /x"));
  EXPECT_THAT(errors_of("services: {a: {image: x}}\nsecrets: {s: {}}"), HasSubstr("secrets.s needs one of"));
  EXPECT_THAT(errors_of("services: {a: {image: x}}\nsecrets: {s: {file: a, environment: B}}"),
              HasSubstr("secrets.s needs only one of"));
  EXPECT_THAT(errors_of("services: {a: {image: x}}\nvolumes: {v: {external: true, driver: local}}"),
              HasSubstr("volumes.v.driver cannot stand beside 'external'"));
  EXPECT_THAT(errors_of("services: {a: {image: x, healthcheck: {test: [curl, x]}}}"),
              HasSubstr("has to start with CMD, CMD-SHELL or NONE"));
}

TEST(Load, RefusesCycles) {
  EXPECT_THAT(errors_of("services: {a: {image: x, depends_on: [b]}, b: {image: x, links: [c]}, "
                        "c: {image: x, network_mode: 'service:a'}}"),
              HasSubstr("depends on itself: a -> b -> c -> a"));
  EXPECT_THAT(errors_of("services: {a: {image: x, depends_on: [a]}}"), HasSubstr("depends on itself: a -> a"));
}

TEST(Load, AddsImpliedDependencies) {
  const auto project = load_text(
      "services: {a: {image: x, links: ['b:alias'], volumes_from: [c, 'container:y'], ipc: 'service:d'}, "
      "b: {image: x}, c: {image: x}, d: {image: x}}");
  const auto& on = project.services.at("a").depends_on;
  EXPECT_EQ(on.size(), 3u);
  EXPECT_TRUE(on.at("b").implicit);
  EXPECT_TRUE(on.at("b").restart);
  EXPECT_FALSE(on.at("c").restart);
  EXPECT_TRUE(on.contains("d"));
}

TEST(Load, NamesResources) {
  const auto project = load_text(
      "name: My.Stack\nservices: {a: {image: x, networks: [n, e, o, own]}}\n"
      "networks: {n: , e: {external: true}, o: {external: {name: old}}, own: {name: mine}}\n"
      "secrets: {s: {file: ./s.txt}}\n");
  EXPECT_EQ(project.name, "mystack");
  EXPECT_EQ(project.networks.at("n").name, "mystack_n");
  EXPECT_EQ(project.networks.at("e").name, "e");
  EXPECT_TRUE(project.networks.at("o").external);
  EXPECT_EQ(project.networks.at("o").name, "old");
  EXPECT_EQ(project.networks.at("own").name, "mine");
  EXPECT_FALSE(project.networks.contains("default"));
  EXPECT_EQ(project.secrets.at("s").file, "/p/s.txt");
  EXPECT_FALSE(project.secrets.at("s").used);
}

TEST(Load, ChoosesTheProjectName) {
  const std::string text = "name: ${N:-file}\nservices: {a: {image: x}}\n";
  TestFiles files({{"compose.yaml", text}, {".env", ""}});
  EXPECT_EQ(files.load()->name, "file");
  files.options.environment["COMPOSE_PROJECT_NAME"] = "env";
  EXPECT_EQ(files.load()->name, "env");
  files.options.project_name = "flag";
  EXPECT_EQ(files.load()->name, "flag");
  files.options.project_name = "Not Valid";
  EXPECT_THAT(files.errors(), HasSubstr("the project name 'Not Valid' takes lower-case letters"));
}

TEST(Load, SelectsProfiles) {
  TestFiles files({{"compose.yaml",
                    "services: {web: {image: x, depends_on: {debug: {condition: service_started, required: false}}}, "
                    "debug: {image: x, profiles: [dev, test]}, other: {image: x, profiles: [other]}}"}});
  auto project = files.load();
  ASSERT_TRUE(project);
  EXPECT_TRUE(project->disabled_services.contains("debug"));
  EXPECT_TRUE(project->services.at("web").depends_on.empty());
  files.options.profiles = {"dev"};
  EXPECT_TRUE(files.load()->services.contains("debug"));
  files.options.profiles = {"*"};
  EXPECT_EQ(files.load()->services.size(), 3u);
  files.options.profiles = {};
  files.options.environment["COMPOSE_PROFILES"] = "x, test";
  EXPECT_TRUE(files.load()->services.contains("debug"));
  files.options.environment = {};
  files.options.services = {"other"};
  EXPECT_TRUE(files.load()->services.contains("other"));
  EXPECT_THAT(errors_of("services: {web: {image: x, depends_on: [d]}, d: {image: x, profiles: [p]}}"),
              HasSubstr("depends on 'd', which its profiles leave out"));
}

TEST(Load, ReadsEnvFiles) {
  const std::string text =
      "services:\n  a:\n    image: x\n    env_file:\n      - a.env\n      - {path: gone.env, required: false}\n"
      "      - {path: raw.env, format: raw}\n    environment: {C: own}\n    label_file: l.env\n    labels: [k=own]\n";
  TestFiles files({{"compose.yaml", text},
                   {".env", "FROM_DOTENV=1\n"},
                   {"a.env", "A=a\nB=$FROM_DOTENV$C\nC=file\nD=1\n"},
                   {"raw.env", "D='$A'\n"},
                   {"l.env", "k=file\nl=file\n"}});
  const auto project = files.load();
  ASSERT_TRUE(project) << project.error().message;
  const auto& service = project->services.at("a");
  EXPECT_EQ(service.environment.at("A").value, "a");
  EXPECT_EQ(service.environment.at("B").value, "1own");
  EXPECT_EQ(service.environment.at("C").value, "own");
  EXPECT_EQ(service.environment.at("D").value, "'$A'");
  EXPECT_EQ(service.labels.at("k").text, "own");
  EXPECT_EQ(service.labels.at("l").text, "file");
  EXPECT_EQ(service.env_files[0].path, "/p/a.env");

  EXPECT_THAT(errors_of("services:\n  a:\n    image: x\n    env_file: gone.env\n"),
              HasSubstr("/p/compose.yaml:4:15: cannot read /p/gone.env"));
  TestFiles broken({{"compose.yaml", "services:\n  a:\n    image: x\n    env_file: b.env\n"}, {"b.env", "A='x\n"}});
  EXPECT_THAT(broken.errors(), HasSubstr("/p/compose.yaml:4:15: /p/b.env:1: the quote that opens"));
}

TEST(Load, FindsFiles) {
  EXPECT_THAT(TestFiles({}).errors(), HasSubstr("/p: no compose file here; expected compose.yaml"));
  TestFiles both({{"compose.yaml", "services: {a: {image: x}}"},
                  {"docker-compose.yml", "services: {b: {image: x}}"},
                  {"compose.override.yaml", "services: {a: {image: y}}"}});
  EXPECT_EQ(both.load()->services.at("a").image, "y");
  EXPECT_THAT(both.warnings(), HasSubstr("/p/compose.yaml is used, /p/docker-compose.yml is not"));
  TestFiles listed({{".env", "COMPOSE_FILE=one.yml:two.yml\n"},
                    {"one.yml", "services: {a: {image: x}}"},
                    {"two.yml", "services: {b: {image: x}}"}});
  EXPECT_EQ(listed.load()->services.size(), 2u);
  listed.options.files = {"/p/two.yml"};
  EXPECT_EQ(listed.load()->services.size(), 1u);
}

TEST(Load, TakesTheFolderOfTheFirstFile) {
  TestFiles files({{"sub/one.yml", "services: {a: {image: 'x$TAG', volumes: ['./v:/v']}}"}, {"sub/.env", "TAG=1\n"}});
  files.options.directory.clear();
  files.options.files = {"/p/sub/one.yml"};
  const auto project = files.load();
  ASSERT_TRUE(project) << project.error().message;
  EXPECT_EQ(project->name, "sub");
  EXPECT_EQ(project->services.at("a").image, "x1");
  EXPECT_EQ(project->services.at("a").volumes[0].source, "/p/sub/v");
}

TEST(Load, BrokenFilesNameTheirPlace) {
  EXPECT_THAT(errors_of("services:\n  a: [\n"), HasSubstr("/p/compose.yaml:"));
  EXPECT_THAT(TestFiles({{".env", "A B=1\n"}, {"compose.yaml", "services: {a: {image: x}}"}}).errors(),
              HasSubstr("/p/.env:1: a blank inside"));
  TestFiles missing({});
  missing.options.files = {"/p/gone.yml"};
  EXPECT_THAT(missing.errors(), HasSubstr("cannot read /p/gone.yml"));
}

TEST(Load, LimitsServices) {
  std::string text = "services:\n";
  for (std::size_t i = 0; i < kServicesMax; ++i) text += "  s" + std::to_string(i) + ": {image: x}\n";
  EXPECT_EQ(errors_of(text), "no error");
  EXPECT_THAT(errors_of(text + "  one: {image: x}\n"), HasSubstr("more than 1000 services"));
}

TEST(Load, PartsLoadWithoutTheChecks) {
  TestFiles part({{"compose.yaml", "services: {a: {depends_on: [b], volumes: ['v:/x']}}"}});
  part.options.check_consistency = false;
  EXPECT_EQ(part.errors(), "no error");
}

TEST(Load, AnswersWhatAContainerNeeds) {
  const auto project = load_text(
      "services:\n  a: {build: ., restart: 'on-failure:3', mem_limit: 1k, deploy: {resources: {limits: {cpus: "
      "'0.5'}}}}\n"
      "  b: {image: x, container_name: c, pids_limit: 5, deploy: {restart_policy: {condition: any}}}\n"
      "  c: {image: x, deploy: {restart_policy: {condition: on-failure, max_attempts: 2}}}\n  d: {image: x}\n");
  const auto& a = project.services.at("a");
  EXPECT_EQ(project.image_of(a), "p-a");
  EXPECT_EQ(project.container_name_of(a, 2), "p-a-2");
  EXPECT_EQ(a.restart_rule().policy, "on-failure");
  EXPECT_EQ(a.restart_rule().attempts, 3);
  EXPECT_EQ(a.memory_limit_bytes(), 1024);
  EXPECT_EQ(a.cpu_limit(), 0.5);
  EXPECT_EQ(a.process_limit(), std::nullopt);
  const auto& b = project.services.at("b");
  EXPECT_EQ(project.image_of(b), "x");
  EXPECT_EQ(project.container_name_of(b, 1), "c");
  EXPECT_EQ(b.restart_rule().policy, "always");
  EXPECT_EQ(b.process_limit(), 5);
  EXPECT_EQ(project.services.at("c").restart_rule().attempts, 2);
  EXPECT_EQ(project.services.at("d").restart_rule().policy, "no");
}

TEST(Variables, MissingOnesAreThoseAlwaysNeeded) {
  const TestFiles files({{".env", "EMPTY=\n"},
                         {"compose.yaml", "services: {a: {image: '$A ${B:-$C} ${D?} ${EMPTY:?} ${EMPTY?} $EMPTY'}}"}});
  const auto variables = collect_variables(files.options);
  ASSERT_TRUE(variables);
  std::string missing;
  for (const auto& use : variables->uses) missing += use.is_missing() ? use.reference.name + " " : "";
  EXPECT_EQ(missing, "A D EMPTY ");
}

TEST(Variables, AreListedWithTheirPlace) {
  const TestFiles files(
      {{".env", "A=1\nEMPTY=\n"},
       {"compose.yaml",
        "services:\n  a: &a\n    image: $A${B:-x}\n    user: ${C:?}\n    hostname: $EMPTY\n  b: *a\n"}});
  const auto variables = collect_variables(files.options);
  ASSERT_TRUE(variables) << variables.error().message;
  std::string listed;
  for (const auto& use : variables->uses) {
    listed += use.reference.name + (use.set ? "+" : "-") + std::to_string(static_cast<int>(use.reference.need)) +
              variables->sources.locate(use.at) + " ";
  }
  EXPECT_EQ(listed,
            "A+0/p/compose.yaml:3:12 B-1/p/compose.yaml:3:12 C-2/p/compose.yaml:4:11 EMPTY+0/p/compose.yaml:5:15 ");
  EXPECT_THAT(variables->env_files, ElementsAre("/p/.env"));
  EXPECT_FALSE(files.load());
}

}  // namespace
}  // namespace gatehouse::compose
