#include "docker/engine.h"

#include <gtest/gtest.h>

#include "../../tests/support/scripted_server.h"

namespace gatehouse::docker {
namespace {

using async::Deadline;
using async::Loop;
using async::Task;
using base::ErrorCode;
using base::Result;
using tests::ScriptedServer;
using namespace std::chrono_literals;
using Reply = ScriptedServer::Reply;
using Request = ScriptedServer::Request;

// An engine that answers pings itself and everything else by script.
struct ScriptedEngine {
  explicit ScriptedEngine(ScriptedServer::Script script, std::string_view version = "1.41")
      : server(loop,
               [script = std::move(script), version = std::string(version)](const Request& request) {
                 if (!request.is("GET /_ping")) return script(request);
                 return Reply{ScriptedServer::response(200, "OK", "Api-Version: " + version + "\r\n")};
               }),
        engine(loop, *Endpoint::parse("unix://" + server.path())) {}

  template <class T>
  T run(Task<T> task) {
    return loop.run(std::move(task));
  }
  [[nodiscard]] std::string last_line() const { return server.requests().back().line(); }

  Loop loop;
  ScriptedServer server;
  Engine engine;
};

Reply json(std::string_view text, int status = 200) { return {ScriptedServer::response(status, text)}; }

TEST(Engine, SpeaksTheNewestVersionThatBothKnow) {
  const std::pair<std::string_view, std::string_view> cases[] = {{"1.41", "GET /v1.41/networks HTTP/1.1"},
                                                                 {"1.45", "GET /v1.45/networks HTTP/1.1"},
                                                                 {"1.52", "GET /v1.45/networks HTTP/1.1"},
                                                                 {"1.40", "GET /v1.40/networks HTTP/1.1"}};
  for (const auto& [version, line] : cases) {
    ScriptedEngine scripted([](const Request&) { return json("[]"); }, version);
    EXPECT_TRUE(scripted.run(scripted.engine.list_networks({})));
    EXPECT_TRUE(scripted.run(scripted.engine.list_networks({})));
    EXPECT_EQ(scripted.last_line(), line);
    EXPECT_EQ(scripted.server.requests().size(), 3);  // one ping
  }
}

TEST(Engine, RefusesAnEngineThatIsTooOldAndWhatIsNone) {
  ScriptedEngine old([](const Request&) { return json("[]"); }, "1.39");
  const auto refused = old.run(old.engine.list_networks({}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(refused.error().message.find("speaks API 1.39, which is too old"), std::string::npos);
  ScriptedEngine other([](const Request&) { return json("[]"); }, "web");
  EXPECT_NE(other.run(other.engine.list_networks({})).error().message.find("is no Docker engine"), std::string::npos);
}

TEST(Engine, SaysWhatToDoWhenNobodyAnswers) {
  Loop loop;
  Engine engine(loop, *Endpoint::parse("unix:///nonexistent/docker.sock"));
  const auto answer = loop.run(engine.list_containers({}));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kRefused);
  EXPECT_EQ(answer.error().fault, base::Fault::kOperator);
  EXPECT_EQ(answer.error().message,
            "no Docker engine answers at unix:///nonexistent/docker.sock: is it running? Start it with \"systemctl "
            "start docker\", or name another with DOCKER_HOST");
}

TEST(Engine, FindsAnEngineThatWasReplacedByAnotherVersion) {
  std::string version = "1.41";
  Loop loop;
  ScriptedServer server(loop, [&](const Request& request) {
    if (request.is("GET /_ping")) {
      return Reply{ScriptedServer::response(200, "OK", "Api-Version: " + version + "\r\n")};
    }
    if (request.is("GET /v1.41/volumes/gone")) return Reply{"", true};
    return json(R"({"Volumes":[]})");
  });
  Engine engine(loop, *Endpoint::parse("unix://" + server.path()));
  EXPECT_TRUE(loop.run(engine.list_volumes({})));
  EXPECT_FALSE(loop.run(engine.inspect_volume("gone")));
  version = "1.44";
  EXPECT_TRUE(loop.run(engine.list_volumes({})));
  EXPECT_EQ(server.requests().back().line(), "GET /v1.44/volumes HTTP/1.1");
}

TEST(Engine, ErrorsCarryWhatTheEngineSaid) {
  const std::pair<int, ErrorCode> cases[] = {{400, ErrorCode::kInvalid},
                                             {403, ErrorCode::kPermission},
                                             {404, ErrorCode::kNotFound},
                                             {409, ErrorCode::kConflict},
                                             {500, ErrorCode::kIo}};
  for (const auto& [status, code] : cases) {
    const int answered = status;
    ScriptedEngine scripted([=](const Request&) { return json(R"({"message":"because"})", answered); });
    const auto answer = scripted.run(scripted.engine.start_container("web"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, code);
    EXPECT_EQ(answer.error().message, "Docker cannot start container web: because");
  }
  ScriptedEngine plain([&](const Request&) { return json("not json\n", 500); });
  EXPECT_EQ(plain.run(plain.engine.start_container("web")).error().message,
            "Docker cannot start container web: not json");
}

TEST(Engine, WhatIsAlreadySoIsNoError) {
  ScriptedEngine scripted([](const Request&) { return Reply{"HTTP/1.1 304 Not Modified\r\n\r\n"}; });
  EXPECT_TRUE(scripted.run(scripted.engine.start_container("web")));
  EXPECT_TRUE(scripted.run(scripted.engine.stop_container("web", 10s)));
  EXPECT_EQ(scripted.last_line(), "POST /v1.41/containers/web/stop?t=10 HTTP/1.1");
}

TEST(Engine, ListsContainersByLabel) {
  ScriptedEngine scripted([](const Request&) {
    return json(R"json([{"Id":"abc","Names":["/other/alias","/web-1"],"Image":"nginx","ImageID":"sha256:1","Created":7,
      "State":"running","Status":"Up 3 seconds (health: starting)","Labels":{"a":"b"},
      "Ports":[{"PrivatePort":443,"Type":"tcp"},{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"}],
      "HostConfig":{"NetworkMode":"net"},
      "NetworkSettings":{"Networks":{"z":{"NetworkID":"2","IPAddress":"10.0.0.2"},"a":{"NetworkID":"1","IPAddress":"",
      "GlobalIPv6Address":"fd00::2","Aliases":null}}}}])json");
  });
  const auto containers = scripted.run(scripted.engine.list_containers({.labels = {"a=b", "c"}}));
  ASSERT_TRUE(containers) << containers.error().message;
  EXPECT_EQ(scripted.last_line(),
            "GET /v1.41/containers/json?all=1&filters=%7B%22label%22%3A%5B%22a%3Db%22%2C%22c%22%5D%7D HTTP/1.1");
  ASSERT_EQ(containers->size(), 1);
  const auto& container = containers->front();
  EXPECT_EQ(container.name, "web-1");
  EXPECT_EQ(container.state, ContainerState::kRunning);
  EXPECT_EQ(container.health, Health::kStarting);
  EXPECT_EQ(container.network_mode, "net");
  EXPECT_EQ(container.labels.at("a"), "b");
  ASSERT_EQ(container.networks.size(), 2);
  EXPECT_EQ(container.networks[0], (AttachedNetwork{"a", "1", "", "fd00::2", {}}));
  EXPECT_EQ(container.ports, (std::vector<ContainerPort>{{80, "tcp", "0.0.0.0", 8080}, {443, "tcp", "", 0}}));
}

TEST(Engine, DoesNotGuessWhatItCannotRead) {
  for (const auto* text : {R"([{"Names":["/a"],"State":"running"}])", R"([{"Id":"a","State":"melting"}])",
                           R"([{"Id":"a","State":"running","Labels":{"a":1}}])",
                           R"([{"Id":"a","State":"running","Ports":[{"PrivatePort":70000}]}])", R"([7])"}) {
    ScriptedEngine scripted([&](const Request&) { return json(text); });
    const auto containers = scripted.run(scripted.engine.list_containers({}));
    ASSERT_FALSE(containers) << text;
    EXPECT_EQ(containers.error().code, ErrorCode::kInvalid);
  }
}

Task<Result<std::vector<Event>>> read_events(Engine& engine, EventQuery query) {
  BASE_CO_TRY(auto reader, co_await engine.events(std::move(query)));
  std::vector<Event> events;
  for (;;) {
    auto event = co_await reader.next();
    if (!event && event.error().code == ErrorCode::kClosed) co_return events;
    if (!event) co_return base::fail(event.error());
    events.push_back(*std::move(event));
  }
}

TEST(Engine, ReadsEventsHoweverTheyAreCut) {
  const std::string start = R"({"Type":"container","Action":"start","Actor":{"ID":"abc","Attributes":{"name":"web"}},)"
                            R"("timeNano":1700000000000000005})"
                            "\n";
  const std::string die = R"({"Type":"container","Action":"die","Actor":{"ID":"abc"},"timeNano":6})"
                          "\r\n";
  const std::string both = start + die;
  for (std::size_t cut = 1; cut < both.size(); ++cut) {
    ScriptedEngine scripted(
        [&](const Request&) { return Reply{ScriptedServer::chunked({both.substr(0, cut), both.substr(cut)})}; });
    const auto events = scripted.run(read_events(scripted.engine, {.types = {"container"}, .since_ns = 1999999999}));
    ASSERT_TRUE(events) << events.error().message;
    ASSERT_EQ(events->size(), 2) << cut;
    EXPECT_EQ((*events)[0].action, "start");
    EXPECT_EQ((*events)[0].time_ns, 1700000000000000005);
    EXPECT_EQ((*events)[0].attributes.at("name"), "web");
    EXPECT_EQ((*events)[1].action, "die");
    EXPECT_TRUE(scripted.last_line().starts_with("GET /v1.41/events?since=2.000000000&filters=")) << cut;
  }
}

Task<std::string> read_logs(Engine& engine) {
  auto reader = co_await engine.container_logs("web", {.tail = "5"});
  if (!reader) co_return reader.error().message;
  std::string text;
  for (;;) {
    const auto pieces = co_await reader->next();
    if (!pieces) co_return text + "!" + pieces.error().message;
    if (pieces->empty()) co_return text;
    for (const auto& piece : *pieces)
      text += (piece.stream == LogStream::kStderr ? "E:" : "O:") + std::string(piece.bytes);
  }
}

std::string frame(char stream, std::string_view text) {
  return std::string{stream, 0, 0, 0, 0, 0, 0, static_cast<char>(text.size())} + std::string(text);
}

TEST(Engine, ReadsLogsOfATerminalAndOfTwoStreams) {
  bool has_terminal = false;
  ScriptedEngine scripted([&](const Request& request) {
    if (request.line().find("/json") != std::string::npos) {
      return json(has_terminal ? R"({"Config":{"Tty":true}})" : R"({"Config":{"Tty":false}})");
    }
    return Reply{ScriptedServer::chunked({has_terminal ? "plain\n" : frame(1, "out\n") + frame(2, "err\n")})};
  });
  EXPECT_EQ(scripted.run(read_logs(scripted.engine)), "O:out\nE:err\n");
  EXPECT_EQ(scripted.last_line(), "GET /v1.41/containers/web/logs?stdout=1&stderr=1&tail=5 HTTP/1.1");
  has_terminal = true;
  EXPECT_EQ(scripted.run(read_logs(scripted.engine)), "O:plain\n");
}

Task<std::string> pull(Engine& engine) {
  auto reader = co_await engine.pull_image("registry.test:5000/team/web:1.2", "", base::Secret("c2VjcmV0"));
  if (!reader) co_return reader.error().message;
  std::string text;
  for (;;) {
    const auto progress = co_await reader->next();
    if (!progress) co_return text + progress.error().message;
    if (!*progress) co_return text;
    text += (*progress)->id + " " + (*progress)->status + " " + std::to_string((*progress)->current) + "/" +
            std::to_string((*progress)->total) + ";";
  }
}

TEST(Engine, PullsWithProgressAndFailsWithTheReason) {
  std::string last = R"({"status":"Status: Downloaded"})";
  ScriptedEngine scripted([&](const Request&) {
    return Reply{
        ScriptedServer::chunked({R"({"status":"Downloading","progressDetail":{"current":5,"total":10},"id":"layer"})",
                                 "\r\n" + last + "\r\n"})};
  });
  EXPECT_EQ(scripted.run(pull(scripted.engine)), "layer Downloading 5/10; Status: Downloaded 0/0;");
  EXPECT_EQ(scripted.last_line(),
            "POST /v1.41/images/create?fromImage=registry.test%3A5000%2Fteam%2Fweb&tag=1.2 HTTP/1.1");
  EXPECT_NE(scripted.server.requests().back().head.find("X-Registry-Auth: c2VjcmV0\r\n"), std::string::npos);
  last = R"({"errorDetail":{"message":"manifest unknown"},"error":"manifest unknown"})";
  EXPECT_EQ(scripted.run(pull(scripted.engine)),
            "layer Downloading 5/10;Docker cannot pull image registry.test:5000/team/web:1.2: manifest unknown");
}

TEST(Engine, CreatesAContainer) {
  ScriptedEngine scripted([](const Request&) { return json(R"({"Id":"new","Warnings":[]})", 201); });
  ContainerSpec spec;
  spec.image = "nginx:1";
  spec.environment = {"A=b"};
  spec.host.ports = {{"80/tcp", "127.0.0.1", "8080"}, {"80/tcp", "", "8081"}};
  spec.exposed_ports = {"80/tcp"};
  spec.network = NetworkEndpointSpec{.network = "net", .aliases = {"web"}};
  const auto id = scripted.run(scripted.engine.create_container("stack-web-1", spec));
  ASSERT_TRUE(id) << id.error().message;
  EXPECT_EQ(*id, "new");
  EXPECT_EQ(scripted.last_line(), "POST /v1.41/containers/create?name=stack-web-1 HTTP/1.1");
  EXPECT_EQ(scripted.server.requests().back().body,
            R"({"Image":"nginx:1","Env":["A=b"],"ExposedPorts":{"80/tcp":{}},"HostConfig":{"PortBindings":{"80/tcp":)"
            R"([{"HostIp":"127.0.0.1","HostPort":"8080"},{"HostIp":"","HostPort":"8081"}]}},"NetworkingConfig":)"
            R"({"EndpointsConfig":{"net":{"Aliases":["web"]}}}})");
}

Task<base::Result<ExecResult>> exec(Engine& engine) {
  co_return co_await engine.exec("web", {"id", "-u"}, Deadline::after(10s));
}

TEST(Engine, RunsACommand) {
  ScriptedEngine scripted([](const Request& request) {
    if (request.is("POST /v1.41/containers/web/exec")) return json(R"({"Id":"e1"})", 201);
    if (request.is("GET /v1.41/exec/e1/json")) return json(R"({"ExitCode":3})");
    return Reply{"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n" + frame(1, "0\n"), true};
  });
  const auto result = scripted.run(exec(scripted.engine));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->exit_code, 3);
  EXPECT_EQ(result->output, "0\n");
}

}  // namespace
}  // namespace gatehouse::docker
