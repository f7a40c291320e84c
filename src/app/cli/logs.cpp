#include <algorithm>
#include <array>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

#include "app/cli/console.h"
#include "app/cli/session.h"
#include "app/cli/verbs.h"
#include "async/group.h"
#include "deploy/names.h"
#include "deploy/observed.h"

namespace gatehouse::app {

namespace {

constexpr std::array kOptions{
    Option{"--follow", "-f", false},
    Option{"--tail", "-n", true},
    Option{"--timestamps", "-t", false},
};

// One container's output, line by line, with its name in front.
class LinePrinter {
 public:
  explicit LinePrinter(std::string prefix) : prefix_(std::move(prefix)) {}
  ~LinePrinter() {
    if (!pending_.empty()) print(pending_);
  }
  LinePrinter(const LinePrinter&) = delete;
  LinePrinter& operator=(const LinePrinter&) = delete;

  void add(std::string_view bytes) {
    pending_ += bytes;
    std::size_t begin = 0;
    for (auto end = pending_.find('\n'); end != std::string::npos; end = pending_.find('\n', begin)) {
      print(std::string_view(pending_).substr(begin, end - begin));
      begin = end + 1;
    }
    pending_.erase(0, begin);
  }

 private:
  void print(std::string_view line) {
    fmt::print("{}{}\n", prefix_, line);
    std::fflush(stdout);
  }

  std::string prefix_;
  std::string pending_;
};

async::Task<void> print_logs(docker::Engine& engine, std::string container, std::string prefix,
                             docker::LogOptions options, base::Result<void>& result) {
  auto reader = co_await engine.container_logs(container, options);
  if (!reader) {
    result = base::fail(reader.error());
    co_return;
  }
  LinePrinter printer(std::move(prefix));
  for (;;) {
    const auto pieces = co_await reader->next();
    if (!pieces) result = base::fail(pieces.error());
    if (!pieces || pieces->empty()) co_return;
    for (const auto& piece : *pieces) printer.add(piece.bytes);
  }
}

std::string prefix_of(const docker::ContainerSummary& container, std::size_t width, std::size_t index) {
  constexpr std::array kCodes{36, 33, 32, 35, 34};
  auto name = fmt::format("{:<{}} | ", container.name, width);
  if (!may_colour(STDOUT_FILENO)) return name;
  return fmt::format("\x1b[{}m{}\x1b[0m", kCodes[index % kCodes.size()], name);
}

async::Task<base::Result<void>> show_logs(docker::Engine& engine, std::string project, std::string service,
                                          docker::LogOptions options) {
  BASE_CO_TRY(auto containers,
              co_await engine.list_containers({.labels = {std::string(deploy::label::kProject) + "=" + project}}));
  std::erase_if(containers, [&](const auto& container) {
    return !service.empty() && deploy::label_of(container, deploy::label::kService) != service;
  });
  if (containers.empty()) {
    const auto what = service.empty() ? "stack " + project : "service " + service + " of stack " + project;
    co_return base::fail(base::ErrorCode::kNotFound, base::Fault::kOperator,
                         what + " has no containers; \"gatehouse status\" lists what there is");
  }
  std::ranges::sort(containers, {}, &docker::ContainerSummary::name);
  std::size_t width = 0;
  for (const auto& container : containers) width = std::max(width, container.name.size());
  base::Result<void> result;
  async::Group group(engine.loop());
  for (std::size_t i = 0; i < containers.size(); ++i) {
    const auto prefix = prefix_of(containers[i], width, i);
    if (options.follow) {
      group.spawn(print_logs(engine, containers[i].id, prefix, options, result));
    } else {
      co_await print_logs(engine, containers[i].id, prefix, options, result);
    }
  }
  co_await group.join(async::Deadline::never());
  co_return result;
}

int run_logs(std::span<char* const> args) {
  const auto arguments = Arguments::parse(args, kOptions, 2);
  if (!arguments) return print_error("logs", arguments.error()), kWrongCall;
  auto session = Session::open();
  if (!session) return print_error("logs", session.error()), kWrongCall;
  docker::LogOptions options;
  options.follow = arguments->has("--follow");
  options.timestamps = arguments->has("--timestamps");
  options.tail = arguments->value("--tail").value_or("all");
  const auto result = (*session)->loop().run(show_logs((*session)->engine(), project_name_of(arguments->word(0, ".")),
                                                       arguments->word(1, ""), std::move(options)));
  if (result) return kOk;
  print_error("logs", result.error());
  return kFailed;
}

}  // namespace

constexpr Command kLogsCommand{
    .name = "logs",
    .summary = "show what the containers of a stack have written",
    .help =
        R"(usage: gatehouse logs [OPTION]... [STACK [SERVICE]]

Prints the output of a stack's containers, or of one service's. STACK is a folder, or a name (default: the folder here).

options:
  -f, --follow      go on as more is written
  -n, --tail N      only the last N lines of each
  -t, --timestamps  begin each line with its time

examples:
  gatehouse logs shop
  gatehouse logs -f --tail 20 stacks/shop app
)",
    .run = run_logs,
};

}  // namespace gatehouse::app
