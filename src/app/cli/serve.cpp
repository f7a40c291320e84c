#include <cstdio>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <unistd.h>

#include "app/cli/verbs.h"
#include "app/cli/version.h"
#include "async/loop.h"
#include "base/log.h"
#include "control/daemon.h"
#include "sys/limits.h"

namespace gatehouse::app {

namespace {

model::Entries environment() {
  model::Entries entries;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) entries.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return entries;
}

int complain(const base::Error& error, int exit_code) {
  fmt::print(stderr, "gatehouse serve: {}\n", error.message);
  if (!error.detail.empty() && error.detail != error.message) fmt::print(stderr, "{}\n", error.detail);
  return exit_code;
}

base::Result<base::Log> open_log(const model::LogConfig& config) {
  base::LogOptions options{.json = config.format == "json", .file_path = config.file_path, .process = "control"};
  BASE_TRY(options.level, base::parse_log_level(config.level));
  options.colour = !config.no_color && config.file_path.empty() && ::isatty(STDERR_FILENO) == 1;
  return base::Log::open(options);
}

int run_serve(std::span<char* const> args) {
  control::ConfigurationSources sources{.arguments = {args.begin(), args.end()}, .environment = environment()};
  auto configuration = control::load_configuration(sources);
  if (!configuration) return complain(configuration.error(), kWrongCall);
  const auto& config = configuration->config;
  auto log = open_log(config.log);
  if (!log) return complain(log.error(), kFailed);
  auto state = control::StateDir::open(config.gatehouse.state_dir, config.gatehouse.run_dir);
  if (!state) return complain(state.error(), kFailed);

  sys::raise_descriptor_limit();
  sys::Signals signals({SIGTERM, SIGINT, SIGHUP, SIGUSR1});
  async::Loop loop;
  control::Daemon daemon(loop,
                         {.configuration = *std::move(configuration),
                          .sources = std::move(sources),
                          .state = *std::move(state),
                          .version = std::string(version())},
                         signals, *log);
  const auto served = loop.run(daemon.run());
  return served ? kOk : complain(served.error(), kFailed);
}

}  // namespace

constexpr Command kServeCommand{
    .name = "serve",
    .summary = "run the edge: routes, certificates, load balancing",
    .help =
        R"(usage: gatehouse serve [--OPTION[=VALUE]]...

Takes Traefik's static configuration as flags, as a file or from the environment (TRAEFIK_...), never mixed. Names are
written in any case; options that exist nowhere are errors.

options, the most used:
  --configfile=FILE                             read everything from a YAML file
  --entrypoints.NAME.address=:80                listen there
  --entrypoints.NAME.http.redirections.entrypoint.to=NAME
                                                send everybody to another entry point
  --entrypoints.NAME.http.tls                   routers of this entry point use TLS
  --providers.docker                            routes from the labels of containers
  --providers.docker.endpoint=unix:///var/run/docker.sock
  --providers.docker.exposedbydefault=false     only containers with traefik.enable=true
  --providers.docker.network=NAME               reach containers through this network
  --providers.file.directory=DIR                routes from files
  --providers.file.filename=FILE
  --certificatesresolvers.NAME.acme.email=ADDRESS
  --certificatesresolvers.NAME.acme.storage=FILE
  --certificatesresolvers.NAME.acme.httpchallenge.entrypoint=NAME
  --accesslog                                   a line for each request
  --accesslog.filepath=FILE
  --log.level=INFO                              TRACE, DEBUG, INFO, WARN or ERROR
  --ping                                        answer /ping
  --gatehouse.statedir=DIR                      state, default /var/lib/gatehouse
  --gatehouse.workers=N                         threads of the edge, default: one for each CPU
  --gatehouse.edgeuser=NAME                     whom the edge runs as, default gatehouse-edge, else nobody

signals: TERM and INT drain and end, HUP reads the configuration again, USR1 opens log files again.

examples:
  gatehouse serve --entrypoints.web.address=:80 --entrypoints.websecure.address=:443 --providers.docker
  gatehouse serve --configfile=/etc/gatehouse.yml
)",
    .run = run_serve,
};

}  // namespace gatehouse::app
