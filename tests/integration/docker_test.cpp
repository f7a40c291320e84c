// The engine's client and the deploy on a real Docker engine: the one that DOCKER_HOST names, or the machine's. What
// is made here is named gatehouse-it and removed again.
#include <gtest/gtest.h>

#include "../support/stack_folder.h"
#include "async/group.h"
#include "async/race.h"
#include "deploy/deploy.h"
#include "deploy/down.h"
#include "docker/build_context.h"
#include "docker/engine.h"

namespace gatehouse {
namespace {

using async::Deadline;
using async::Loop;
using async::Task;
using base::Result;
using namespace std::chrono_literals;

constexpr std::string_view kImage = "gatehouse-it/busybox:local";
constexpr std::string_view kBusybox = "/usr/bin/busybox";

class Recorder final : public deploy::Report {
 public:
  void show(const deploy::ReportLine& line) override { text += line.object + ": " + line.text + "\n"; }
  std::string text;
};

Task<Result<void>> build(docker::Engine& engine, docker::BuildContext context) {
  docker::BuildOptions options;
  options.tags = {std::string(kImage)};
  options.dockerfile = context.dockerfile;
  BASE_CO_TRY(auto reader, co_await engine.build_image(std::move(options), std::move(context.body)));
  for (;;) {
    BASE_CO_TRY(const auto step, co_await reader.next());
    if (!step) co_return Result<void>{};
  }
}

// Busybox as bin/busybox and bin/sh, and what it is linked with.
bool copy_with_libraries(const std::filesystem::path& root) {
  const std::string command = "set -e; root=" + root.string() + "; program=" + std::string(kBusybox) +
                              "; mkdir -p $root/bin; cp $program $root/bin/busybox; ln -s busybox $root/bin/sh; "
                              "for file in $(ldd $program 2>/dev/null | grep -o '/[^ ]*' | sort -u); do "
                              "mkdir -p $root$(dirname $file); cp -L $file $root$file; done";
  return std::system(command.c_str()) == 0;
}

class Docker : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(loop.run(engine.version())) << "no Docker engine answers: scripts/dockerd start";
    ASSERT_TRUE(std::filesystem::exists(kBusybox)) << "install busybox: scripts/install-dependencies lab";
    const tests::TestFolder folder;
    ASSERT_TRUE(copy_with_libraries(folder.path() / "root"));
    folder.write("Dockerfile", "FROM scratch\nCOPY root/ /\nENTRYPOINT [\"/bin/sh\"]\n");
    auto context = docker::open_build_context({folder.path()});
    ASSERT_TRUE(context) << context.error().message;
    const auto built = loop.run(build(engine, *std::move(context)));
    ASSERT_TRUE(built) << built.error().message << built.error().detail;
  }

  Loop loop;
  docker::Engine engine{loop, *docker::Endpoint::from_environment()};
};

Task<Result<std::vector<std::string>>> collect_events(docker::Engine& engine, std::string container, std::string last) {
  BASE_CO_TRY(auto reader, co_await engine.events({.types = {"container"}, .since_ns = 0}));
  std::vector<std::string> actions;
  for (;;) {
    BASE_CO_TRY(const auto event, co_await reader.next());
    const auto name = event.attributes.find("name");
    if (name == event.attributes.end() || name->second != container) continue;
    actions.push_back(event.action);
    if (event.action == last) co_return actions;
  }
}

struct Lived {
  std::int64_t exit_code = 0;
  std::string output, errors;
  docker::ExecResult executed;
  docker::Container running;
};

Task<Result<Lived>> live(docker::Engine& engine, std::string name) {
  docker::ContainerSpec spec;
  spec.image = kImage;
  spec.command =
      docker::Texts{"-c", "echo out; echo err >&2; while [ ! -e /stop ]; do busybox sleep 0.1; done; exit 7"};
  spec.environment = {"PATH=/bin"};
  spec.labels = {{"gatehouse-it", "yes"}};
  BASE_CO_TRY(const auto id, co_await engine.create_container(name, spec));
  BASE_CO_CHECK(co_await engine.start_container(id));
  Lived lived;
  BASE_CO_TRY(lived.running, co_await engine.inspect_container(name));
  BASE_CO_TRY(lived.executed,
              co_await engine.exec(id, {"/bin/busybox", "sh", "-c", "echo seen; busybox touch /stop; exit 5"},
                                   Deadline::after(20s)));
  BASE_CO_TRY(lived.exit_code, co_await engine.wait_container(id, Deadline::after(20s)));
  BASE_CO_TRY(auto reader, co_await engine.container_logs(id, {}));
  for (;;) {
    BASE_CO_TRY(const auto pieces, co_await reader.next());
    if (pieces.empty()) break;
    for (const auto& piece : pieces) {
      (piece.stream == docker::LogStream::kStdout ? lived.output : lived.errors) += piece.bytes;
    }
  }
  BASE_CO_CHECK(co_await engine.remove_container(id, {.force = true, .volumes = true}));
  co_return lived;
}

Task<std::pair<std::optional<Result<std::vector<std::string>>>, Result<Lived>>> watch_a_life(docker::Engine& engine,
                                                                                             std::string name) {
  auto [events, lived] = co_await async::both(
      async::with_deadline(engine.loop(), collect_events(engine, name, "destroy"), Deadline::after(30s)),
      live(engine, name));
  co_return std::pair(*std::move(events), *std::move(lived));
}

TEST_F(Docker, AContainerLivesAndIsWatched) {
  (void)loop.run(engine.remove_container("gatehouse-it-life", {.force = true, .volumes = true}));  // of a run cut short
  const auto [events, lived] = loop.run(watch_a_life(engine, "gatehouse-it-life"));
  (void)loop.run(engine.remove_container("gatehouse-it-life", {.force = true, .volumes = true}));
  ASSERT_TRUE(lived) << lived.error().message;
  EXPECT_EQ(lived->exit_code, 7);
  EXPECT_EQ(lived->output, "out\n");
  EXPECT_EQ(lived->errors, "err\n");
  EXPECT_EQ(lived->executed.output, "seen\n");
  EXPECT_EQ(lived->executed.exit_code, 5);
  EXPECT_EQ(lived->running.state, docker::ContainerState::kRunning);
  EXPECT_EQ(lived->running.labels.at("gatehouse-it"), "yes");
  EXPECT_EQ(lived->running.image, kImage);
  ASSERT_TRUE(events) << "the events have not come in time";
  ASSERT_TRUE(*events) << events->error().message;
  const auto& actions = **events;
  EXPECT_EQ(actions.front(), "create");
  EXPECT_NE(std::ranges::find(actions, "start"), actions.end());
  EXPECT_NE(std::ranges::find(actions, "die"), actions.end());
}

constexpr std::string_view kStack = R"(name: gatehouse-it
services:
  app:
    image: gatehouse-it/busybox:local
    command: ["-c", "echo started $$VERSION; exec busybox sleep 600"]
    environment: {PATH: /bin, VERSION: "1"}
    stop_grace_period: 0s
    depends_on:
      job: {condition: service_completed_successfully}
      db: {condition: service_healthy}
    networks: [inner]
    secrets: [token]
  job:
    image: gatehouse-it/busybox:local
    command: ["-c", "echo job is done"]
    environment: {PATH: /bin}
    networks: [inner]
  db:
    image: gatehouse-it/busybox:local
    command: ["-c", "echo data >> /data/file; exec busybox sleep 600"]
    environment: {PATH: /bin}
    stop_grace_period: 0s
    healthcheck: {test: ["CMD", "busybox", "test", "-s", "/data/file"], interval: 1s, retries: 3}
    volumes: [/data]
    networks: [inner]
secrets:
  token: {environment: TOKEN}
networks:
  inner: {internal: true}
)";

class Deployment : public Docker {
 protected:
  Result<deploy::DeployResult> deploy(std::string_view compose) {
    folder.write("docker-compose.yml", compose);
    auto load = folder.options("");
    load.environment["TOKEN"] = "the token";
    const auto stack = deploy::open_stack(load);
    if (!stack) return base::fail(stack.error());
    report.text.clear();
    return loop.run(deploy::deploy(engine, *stack, options, report));
  }
  docker::Container inspect(const std::string& name) {
    auto container = loop.run(engine.inspect_container(name));
    EXPECT_TRUE(container) << container.error().message;
    return container.value_or(docker::Container{});
  }
  void TearDown() override { (void)loop.run(deploy::take_down(engine, "gatehouse-it", {state.path(), true}, report)); }
  static std::string with(std::string_view from, std::string_view to) {
    std::string text(kStack);
    return text.replace(text.find(from), from.size(), to);
  }

  tests::StackFolder folder;
  tests::TestFolder state;
  Recorder report;
  deploy::DeployOptions options{.version = "test", .state_dir = state.path(), .wait_max = 30s};
};

Task<Result<docker::ExecResult>> cat(docker::Engine& engine, std::string container, std::string file) {
  co_return co_await engine.exec(std::move(container), {"/bin/busybox", "cat", std::move(file)}, Deadline::after(20s));
}

TEST_F(Deployment, BringsUpLeavesAloneReplacesAndTakesDown) {
  const auto first = deploy(kStack);
  ASSERT_TRUE(first) << first.error().message << "\n" << first.error().detail;
  const auto app = inspect("gatehouse-it-app-1");
  EXPECT_EQ(app.state, docker::ContainerState::kRunning);
  EXPECT_EQ(inspect("gatehouse-it-job-1").exit_code, 0);
  EXPECT_EQ(loop.run(cat(engine, app.id, "/run/secrets/token"))->output, "the token");
  const auto network = loop.run(engine.inspect_network("gatehouse-it_inner"));
  ASSERT_TRUE(network) << network.error().message;
  EXPECT_TRUE(network->internal);

  const auto begin = std::chrono::steady_clock::now();
  const auto second = deploy(kStack);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_FALSE(second->changed) << report.text;
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
  EXPECT_EQ(inspect("gatehouse-it-app-1").id, app.id);

  // The data of a volume without a name goes on in the container that takes the place of the old one.
  const auto third = deploy(with("retries: 3", "retries: 4"));
  ASSERT_TRUE(third) << third.error().message << "\n" << third.error().detail;
  EXPECT_EQ(loop.run(cat(engine, "gatehouse-it-db-1", "/data/file"))->output, "data\ndata\n");
  EXPECT_EQ(inspect("gatehouse-it-app-1").id, app.id);

  ASSERT_TRUE(loop.run(deploy::take_down(engine, "gatehouse-it", {state.path(), false}, report)));
  EXPECT_FALSE(loop.run(engine.inspect_container("gatehouse-it-app-1")));
  EXPECT_FALSE(loop.run(engine.inspect_network("gatehouse-it_inner")));
}

TEST_F(Deployment, PutsTheOldContainerBackWhenTheNewOneFails) {
  ASSERT_TRUE(deploy(kStack));
  const auto before = inspect("gatehouse-it-app-1");
  const auto result = deploy(with("echo started $$VERSION; exec busybox sleep 600", "echo last words; exit 3"));
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("service app ended with exit code 3"), std::string::npos)
      << result.error().message;
  EXPECT_EQ(result.error().detail, "  | last words\n");
  const auto after = inspect("gatehouse-it-app-1");
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.state, docker::ContainerState::kRunning);
}

}  // namespace
}  // namespace gatehouse
