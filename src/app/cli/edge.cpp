#include "edge/edge.h"

#include <cstdio>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "app/cli/verbs.h"
#include "base/log.h"
#include "base/parse_int.h"
#include "sys/executable.h"

namespace gatehouse::app {

namespace {

struct Arguments {
  int control_fd = -1;
  uid_t control_uid = 0;
  unsigned workers = 1;
  base::LogOptions log;
};

base::Result<Arguments> parse(std::span<char* const> args) {
  Arguments result;
  result.log.process = "edge";
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string_view name = args[i];
    if (name == "--log-json") {
      result.log.json = true;
      continue;
    }
    const std::string_view value = i + 1 < args.size() ? args[++i] : "";
    if (name == "--control-fd") {
      result.control_fd = base::parse_int<int>(value).value_or(-1);
    } else if (name == "--control-uid") {
      const auto uid = base::parse_int<uid_t>(value);
      if (!uid) return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator, "--control-uid is no number");
      result.control_uid = *uid;
    } else if (name == "--workers") {
      result.workers = base::parse_int<unsigned>(value).value_or(0);
    } else if (name == "--log-level") {
      BASE_TRY(result.log.level, base::parse_log_level(value));
    } else {
      return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator, fmt::format("unknown option {}", name));
    }
  }
  if (result.control_fd < 3 || result.workers < 1) {
    return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator,
                      "the edge is started by gatehouse serve, which gives it --control-fd and --workers");
  }
  return result;
}

int run_edge_verb(std::span<char* const> args) {
  auto arguments = parse(args);
  if (!arguments) {
    fmt::print(stderr, "gatehouse edge: {}\n", arguments.error().message);
    return kWrongCall;
  }
  auto log = base::Log::open(arguments->log);
  if (!log) {
    fmt::print(stderr, "gatehouse edge: {}\n", log.error().message);
    return kFailed;
  }
  return edge::run_edge({.control_listener = sys::Fd(arguments->control_fd),
                         .control_uid = arguments->control_uid,
                         .workers = arguments->workers,
                         .version = GATEHOUSE_VERSION,
                         .build = sys::build_id()},
                        *log);
}

}  // namespace

constexpr Command kEdgeCommand{
    .name = "edge",
    .summary = "serve the traffic; started by gatehouse serve",
    .help = "usage: gatehouse edge --control-fd N --workers N    (started by gatehouse serve)\n",
    .run = run_edge_verb,
    .hidden = true,
};

}  // namespace gatehouse::app
