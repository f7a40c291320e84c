#include "deploy/container_spec.h"

#include <gtest/gtest.h>

#include "../../tests/support/stack_folder.h"

namespace gatehouse::deploy {
namespace {

using tests::StackFolder;

compose::Project load(const StackFolder& folder) {
  auto project = compose::load(folder.options());
  EXPECT_TRUE(project) << project.error().message;
  return *std::move(project);
}

// What the engine would be sent for the service `app`, without the labels that every container gets.
std::string json_of(const compose::Project& project) {
  auto parts = make_container(project, project.services.at("app"), {1, "shop-app-1", "sha256:1", {}, "1"});
  std::erase_if(parts.spec.labels, [](const auto& label) {
    return label.first.starts_with("com.docker.") || label.first.starts_with("io.gatehouse.");
  });
  auto text = docker::to_json(parts.spec, 44);
  for (const auto& network : parts.more_networks) text += " + " + network.network + docker::to_json(network);
  return text;
}

TEST(ContainerSpec, OfTheLeast) {
  const StackFolder folder("services:\n  app:\n    image: app:1\n");
  EXPECT_EQ(json_of(load(folder)),
            R"({"Image":"app:1","HostConfig":{"NetworkMode":"shop_default"},"NetworkingConfig":{"EndpointsConfig":)"
            R"({"shop_default":{"Aliases":["shop-app-1","app"]}}}})");
}

TEST(ContainerSpec, OfTheProcess) {
  const StackFolder folder(R"(services:
  app:
    image: app:1
    network_mode: host
    command: run --fast
    entrypoint: []
    environment: {A: b, NOBODY_SETS_THIS: }
    user: "1:1"
    working_dir: /work
    hostname: name
    tty: true
    stop_signal: SIGINT
    stop_grace_period: 1500ms
    labels: {x: y}
    healthcheck: {test: "curl x", interval: 2s, timeout: 1s, retries: 3, start_period: 4s, start_interval: 1s}
)");
  EXPECT_EQ(json_of(load(folder)),
            R"({"Image":"app:1","Cmd":["run","--fast"],"Entrypoint":[],"Env":["A=b"],"Labels":{"x":"y"},)"
            R"("Hostname":"name","User":"1:1","WorkingDir":"/work","StopSignal":"SIGINT","StopTimeout":2,"Tty":true,)"
            R"("Healthcheck":{"Test":["CMD-SHELL","curl x"],"Interval":2000000000,"Timeout":1000000000,)"
            R"("StartPeriod":4000000000,"StartInterval":1000000000,"Retries":3},"HostConfig":{"NetworkMode":"host"}})");
}

TEST(ContainerSpec, OfLimitsAndHardening) {
  const StackFolder folder(R"(services:
  app:
    image: app:1
    network_mode: none
    restart: on-failure:3
    read_only: true
    cap_drop: [ALL]
    cap_add: [NET_BIND_SERVICE]
    security_opt: [no-new-privileges:true]
    init: true
    shm_size: 64m
    ulimits: {nofile: {soft: 10, hard: 20}}
    sysctls: {net.core.somaxconn: 1024}
    extra_hosts: ["a:10.0.0.1"]
    tmpfs: ["/tmp:size=1m", /run]
    logging: {driver: json-file, options: {max-size: 10m}}
    deploy:
      resources:
        limits: {cpus: "0.5", memory: 64M, pids: 10}
        reservations: {memory: 32M}
)");
  EXPECT_EQ(json_of(load(folder)),
            R"({"Image":"app:1","HostConfig":{"ExtraHosts":["a:10.0.0.1"],"CapAdd":["NET_BIND_SERVICE"],)"
            R"("CapDrop":["ALL"],"SecurityOpt":["no-new-privileges:true"],"Tmpfs":{"/run":"","/tmp":"size=1m"},)"
            R"("Sysctls":{"net.core.somaxconn":"1024"},"NetworkMode":"none","ReadonlyRootfs":true,"Init":true,)"
            R"("Memory":67108864,"MemoryReservation":33554432,"ShmSize":67108864,"NanoCpus":500000000,"PidsLimit":10,)"
            R"("Ulimits":[{"Name":"nofile","Soft":10,"Hard":20}],"RestartPolicy":{"Name":"on-failure",)"
            R"("MaximumRetryCount":3},"LogConfig":{"Type":"json-file","Config":{"max-size":"10m"}}}})");
}

TEST(ContainerSpec, OfPortsAndMounts) {
  const StackFolder folder(R"(services:
  app:
    image: app:1
    network_mode: none
    expose: ["9000-9001/udp"]
    ports: ["8080:80", "127.0.0.1:8443:443", "53:53/udp", "90"]
    volumes:
      - /host:/in/container:ro
      - data:/data
      - /anonymous
      - {type: bind, source: /other, target: /o, bind: {create_host_path: false, propagation: rshared}}
      - {type: tmpfs, target: /t, tmpfs: {size: 1024}}
    secrets: [token]
secrets:
  token: {file: /srv/token}
volumes:
  data: {name: other-name}
)");
  EXPECT_EQ(json_of(load(folder)),
            R"({"Image":"app:1","ExposedPorts":{"443/tcp":{},"53/udp":{},"80/tcp":{},"90/tcp":{},"9000/udp":{},)"
            R"("9001/udp":{}},"HostConfig":{"Binds":["/host:/in/container:ro"],"NetworkMode":"none","PortBindings":)"
            R"({"443/tcp":[{"HostIp":"127.0.0.1","HostPort":"8443"}],"53/udp":[{"HostIp":"","HostPort":"53"}],)"
            R"("80/tcp":[{"HostIp":"","HostPort":"8080"}],"90/tcp":[{"HostIp":"","HostPort":""}]},"Mounts":[)"
            R"({"Type":"volume","Source":"other-name","Target":"/data"},{"Type":"volume","Target":"/anonymous"},)"
            R"({"Type":"bind","Source":"/other","Target":"/o","BindOptions":{"Propagation":"rshared"}},)"
            R"({"Type":"tmpfs","Target":"/t","TmpfsOptions":{"SizeBytes":1024}},)"
            R"({"Type":"bind","Source":"/srv/token","Target":"/run/secrets/token","ReadOnly":true}]}})");
}

TEST(ContainerSpec, OfSeveralNetworks) {
  const StackFolder folder(R"(services:
  app:
    image: app:1
    networks:
      a: {aliases: [name], ipv4_address: 10.1.0.5}
      b: {priority: 10}
    pid: service:other
    links: [other:alias]
  other:
    image: app:1
    container_name: fixed
    networks: [a]
networks:
  a: {ipam: {config: [{subnet: 10.1.0.0/16}]}}
  b: {external: true, name: shared}
)");
  EXPECT_EQ(
      json_of(load(folder)),
      R"({"Image":"app:1","HostConfig":{"NetworkMode":"shared","PidMode":"container:fixed"},"NetworkingConfig":)"
      R"({"EndpointsConfig":{"shared":{"Aliases":["shop-app-1","app"],"Links":["fixed:alias"]}}}} + shop_a)"
      R"({"Aliases":["shop-app-1","app","name"],"Links":["fixed:alias"],"IPAMConfig":{"IPv4Address":"10.1.0.5"}})");
}

TEST(ContainerSpec, CopiesSecretsThatNoFileHolds) {
  const StackFolder folder(R"(services:
  app:
    image: app:1
    secrets: [{source: token, mode: 0400, uid: "5"}]
    configs: [{source: settings, target: /etc/settings}]
secrets:
  token: {environment: TOKEN}
configs:
  settings: {content: "a=b"}
)");
  auto options = folder.options();
  options.environment["TOKEN"] = "hidden";
  const auto project = compose::load(options);
  ASSERT_TRUE(project) << project.error().message;
  const auto files = injected_files(*project, project->services.at("app"));
  ASSERT_EQ(files.size(), 2);
  EXPECT_EQ(files[0].path, "/run/secrets/token");
  EXPECT_EQ(files[0].content, "hidden");
  EXPECT_EQ(files[0].mode, 0400);
  EXPECT_EQ(files[0].uid, 5);
  EXPECT_EQ(files[1].path, "/etc/settings");
  EXPECT_EQ(files[1].content, "a=b");
  EXPECT_EQ(json_of(*project).find("hidden"), std::string::npos);
}

ConfigHash hash(std::string_view compose) {
  const StackFolder folder(compose);
  const auto project = load(folder);
  return *hash_of(project, project.services.at("app"));
}

TEST(ConfigHash, ChangesWithWhatTheContainerIsMadeFrom) {
  const std::string base = "services:\n  app:\n    image: app:1\n";
  const auto first = hash(base);
  EXPECT_EQ(first.whole.size(), 64);
  EXPECT_EQ(hash(base).whole, first.whole);
  for (const std::string without_effect :
       {"    scale: 3\n", "    pull_policy: always\n", "    depends_on: [other]\n  other:\n    image: x\n",
        "    deploy: {replicas: 2, update_config: {order: start-first}}\n"}) {
    EXPECT_EQ(hash(base + without_effect).whole, first.whole) << without_effect;
  }
  const auto second = hash(base + "    environment: {A: b}\n    user: x\n");
  EXPECT_NE(second.whole, first.whole);
  EXPECT_EQ(second.changed_since(first.keys_text()), "environment, user");
  EXPECT_EQ(first.changed_since(second.keys_text()), "environment, user");
  EXPECT_EQ(first.changed_since(""), "");
}

TEST(ConfigHash, ChangesWithTheContentOfSecrets) {
  const StackFolder folder("services:\n  app:\n    image: app:1\n    secrets: [t]\nsecrets:\n  t: {file: ./t}\n");
  folder.write("t", "one");
  const auto project = load(folder);
  const auto before = hash_of(project, project.services.at("app"));
  ASSERT_TRUE(before);
  folder.write("t", "other");
  const auto after = hash_of(project, project.services.at("app"));
  EXPECT_EQ(after->changed_since(before->keys_text()), "contents of secrets");
  EXPECT_EQ(after->keys_text().find("other"), std::string::npos);
}

}  // namespace
}  // namespace gatehouse::deploy
