#include <cstdio>
#include <cstdlib>
#include <string>

#include <fmt/core.h>

#include "app/cli/arguments.h"
#include "app/cli/verbs.h"
#include "app/whoami/server.h"
#include "async/signal_wait.h"
#include "base/parse_int.h"
#include "net/listener.h"

namespace gatehouse::app {

namespace {

constexpr std::chrono::seconds kDrainTimeMax{10};

std::string from_environment(const char* name, std::string otherwise) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread
  return value == nullptr ? otherwise : value;
}

async::Task<int> serve(async::Loop& loop, sys::Fd listener, std::string name) {
  sys::Signals signals({SIGTERM, SIGINT});
  async::Watch signal_watch(loop, signals.fd());
  WhoamiServer server(loop, std::move(listener), whoami_identity(std::move(name)));
  async::Group tasks(loop);
  tasks.spawn(server.run());
  static_cast<void>(co_await async::SignalWait(signal_watch, signals));
  co_return co_await server.drain(loop.deadline(kDrainTimeMax)) ? kOk : kFailed;
}

int complain(const std::string& message) {
  fmt::print(stderr, "gatehouse whoami: {}\n", message);
  return kWrongCall;
}

int run_whoami(std::span<char* const> args) {
  constexpr Option kOptions[] = {{.name = "--port", .letter = "-p", .takes_value = true},
                                 {.name = "--name", .letter = "-n", .takes_value = true}};
  const auto arguments = Arguments::parse(args, kOptions, 0);
  if (!arguments) return complain(arguments.error().message);
  const auto text = arguments->value("--port").value_or(from_environment("WHOAMI_PORT_NUMBER", "80"));
  const auto port = base::parse_int<std::uint16_t>(text);
  if (!port) return complain("--port " + text + " is no port: give a number from 0 to 65535");
  auto listener = net::open_listener(net::SocketAddress::any(*port), net::SharePort::kNo);
  if (!listener) {
    complain(listener.error().message + "; choose another port with --port");
    return kFailed;
  }
  async::Loop loop;
  auto name = arguments->value("--name").value_or(from_environment("WHOAMI_NAME", ""));
  return loop.run(serve(loop, *std::move(listener), std::move(name)));
}

}  // namespace

constexpr Command kWhoamiCommand{
    .name = "whoami",
    .summary = "answer HTTP requests with what they were",
    .help =
        R"(usage: gatehouse whoami [--port N] [--name NAME]

A small server for trying out routes: tells its name and addresses, and the request as it arrived.

options:
  -p, --port N      listen there, default 80 (or WHOAMI_PORT_NUMBER)
  -n, --name NAME   shown in the answer (or WHOAMI_NAME)

paths: /api as JSON, /health 200 without content, /bench one byte, /data?size=N, and ?wait=100ms on any.

example:
  gatehouse whoami --port 8000 & curl localhost:8000/
)",
    .run = run_whoami,
};

}  // namespace gatehouse::app
