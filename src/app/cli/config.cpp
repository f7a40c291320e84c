#include <array>

#include <fmt/format.h>

#include "app/cli/console.h"
#include "app/cli/session.h"
#include "app/cli/verbs.h"
#include "compose/write.h"

namespace gatehouse::app {

namespace {

constexpr std::array kOptions{
    Option{"--file", "-f", true},
    Option{"--project-name", "-p", true},
    Option{"--profile", {}, true},
    Option{"--env-file", {}, true},
    kJsonOption,
};

int run_config(std::span<char* const> args) {
  const auto arguments = Arguments::parse(args, kOptions, 1);
  if (!arguments) return print_error("config", arguments.error()), kWrongCall;
  auto options = load_options(*arguments, arguments->word(0, "."));
  for (const auto& file : arguments->values("--env-file")) options.env_files.emplace_back(file);
  const auto project = compose::load(options);
  if (!project) return print_error("config", project.error()), kFailed;
  for (const auto& warning : project->warnings) {
    fmt::print(stderr, "warning: {}: {}\n", project->locate(warning.at), warning.text);
  }
  const auto text = arguments->has("--json") ? compose::to_json(*project) : compose::to_yaml(*project);
  fmt::print("{}{}", text, text.ends_with('\n') ? "" : "\n");
  return kOk;
}

}  // namespace

constexpr Command kConfigCommand{
    .name = "config",
    .summary = "print a compose project as it is understood",
    .help =
        R"(usage: gatehouse config [OPTION]... [DIR]

Prints the compose project in DIR (default: here) after variables, overrides, extends, includes and profiles, in the long
form. The output holds the values of variables, secrets too.

options:
  -f, --file FILE          another compose file; may be given several times, later ones override
  -p, --project-name NAME  in place of the folder's
      --profile NAME       services of this profile too
      --env-file FILE      in place of .env; may be given several times
      --json               as JSON

examples:
  gatehouse config stacks/shop
  gatehouse config -f docker-compose.yml -f docker-compose.prod.yml --json

exit codes: 0 printed, 1 the project is wrong: the error says where
)",
    .run = run_config,
};

}  // namespace gatehouse::app
