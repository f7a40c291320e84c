#include "app/cli/version.h"

#include <fmt/core.h>

#include "app/cli/verbs.h"

namespace gatehouse::app {

namespace {

int run_version(std::span<char* const>) {
  fmt::print("gatehouse {}\n", version());
  return kOk;
}

}  // namespace

std::string_view version() { return GATEHOUSE_VERSION; }

constexpr Command kVersionCommand{
    .name = "version",
    .summary = "print the version",
    .help = "usage: gatehouse version\n       gatehouse --version\n",
    .run = run_version,
};

}  // namespace gatehouse::app
