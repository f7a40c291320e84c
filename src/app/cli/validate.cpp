#include <array>

#include <fmt/format.h>
#include <unistd.h>

#include "app/cli/console.h"
#include "app/cli/session.h"
#include "app/cli/verbs.h"
#include "base/text.h"
#include "deploy/tree.h"
#include "format/json.h"

namespace gatehouse::app {

namespace {

constexpr std::array kOptions{Option{"--file", "-f", true}, Option{"--profile", {}, true}, kJsonOption};

void write_lines(format::JsonWriter& writer, std::string_view name, const std::vector<std::string>& lines) {
  writer.key(name).begin_array();
  for (const auto& line : lines) writer.string(line);
  writer.end_array();
}

int print_json(const base::Result<std::vector<deploy::Stack>>& stacks) {
  format::JsonWriter writer;
  writer.begin_object().key("valid").boolean(stacks.has_value());
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
  if (!stacks) {
    const auto& error = stacks.error();
    for (const auto line : base::split(error.detail.empty() ? error.message : error.detail, '\n')) {
      errors.emplace_back(line);
    }
  } else {
    for (const auto& stack : *stacks) warnings.insert(warnings.end(), stack.warnings.begin(), stack.warnings.end());
  }
  write_lines(writer, "errors", errors);
  write_lines(writer, "warnings", warnings);
  writer.end_object();
  fmt::print("{}\n", writer.text());
  return stacks ? kOk : kFailed;
}

int run_validate(std::span<char* const> args) {
  const auto arguments = Arguments::parse(args, kOptions, 1);
  if (!arguments) return print_error("validate", arguments.error()), kWrongCall;
  const std::filesystem::path folder = arguments->word(0, ".");
  auto folders = arguments->has("--file") ? base::Result<std::vector<std::filesystem::path>>({folder})
                                          : deploy::find_stacks(folder);
  if (!folders) return print_error("validate", folders.error()), kWrongCall;
  const auto stacks = deploy::open_stacks(*folders, load_options(*arguments, {}));
  if (arguments->has("--json")) return print_json(stacks);
  if (!stacks) return print_error("validate", stacks.error()), kFailed;
  const bool colour = may_colour(STDOUT_FILENO);
  for (const auto& stack : *stacks) {
    fmt::print("{} {}: {} service{}, {} host{}\n", coloured(Colour::kGreen, "ok", colour), stack.directory.string(),
               stack.project.services.size(), stack.project.services.size() == 1 ? "" : "s", stack.routes.size(),
               stack.routes.size() == 1 ? "" : "s");
    for (const auto& warning : stack.warnings) {
      fmt::print("   {} {}\n", coloured(Colour::kYellow, "warning:", colour), warning);
    }
  }
  return kOk;
}

}  // namespace

constexpr Command kValidateCommand{
    .name = "validate",
    .summary = "check a stack, or a tree of them, without touching anything",
    .help =
        R"(usage: gatehouse validate [OPTION]... [DIR]

Checks the stacks in DIR (default: here) and below: .env, variables, compose files, labels, rules, hosts that two of them
claim. No engine is needed.

options:
  -f, --file FILE     another compose file; may be given several times
      --profile NAME  services of this profile too
      --json          {"valid": ..., "errors": [...], "warnings": [...]}

examples:
  gatehouse validate infra
  gatehouse validate --json stacks/shop

exit codes: 0 valid, 1 not valid, 2 there is nothing to check
)",
    .run = run_validate,
};

}  // namespace gatehouse::app
