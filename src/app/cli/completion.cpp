#include <set>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "app/cli/verbs.h"
#include "base/text.h"

namespace gatehouse::app {

namespace {

// The options that a help text explains: words that begin with a dash on lines that begin with two blanks. Those of
// `serve` end with "=", for a value follows.
std::vector<std::string> options_of(const Command& command) {
  std::set<std::string> options = {"--help"};
  for (const auto line : base::split(command.help, '\n')) {
    if (!line.starts_with("  ") || !base::trim(line).starts_with('-')) continue;
    for (auto word : base::split(base::trim(line), ' ')) {
      if (!word.starts_with('-')) break;
      while (word.ends_with(',')) word.remove_suffix(1);
      const auto equals = word.find('=');
      if (word.find("NAME.") == std::string_view::npos)
        options.emplace(word.substr(0, equals == word.npos ? equals : equals + 1));
    }
  }
  return {options.begin(), options.end()};
}

std::vector<const Command*> visible_verbs() {
  std::vector<const Command*> visible;
  for (const auto* command : verbs()) {
    if (!command->hidden) visible.push_back(command);
  }
  return visible;
}

std::string verb_names() {
  std::vector<std::string> names;
  for (const auto* command : visible_verbs()) names.emplace_back(command->name);
  return base::join(names, " ");
}

std::string bash() {
  std::string text =
      "_gatehouse() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} words\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n";
  text += fmt::format("    words='{} --help --version'\n  else\n    case ${{COMP_WORDS[1]}} in\n", verb_names());
  for (const auto* command : visible_verbs()) {
    text += fmt::format("      {}) words='{}' ;;\n", command->name, base::join(options_of(*command), " "));
  }
  return text +
         "    esac\n"
         "  fi\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "  case ${COMPREPLY[0]} in *=) compopt -o nospace ;; esac\n"
         "}\n"
         "complete -o default -F _gatehouse gatehouse\n";
}

std::string zsh() {
  std::string text = "#compdef gatehouse\n_gatehouse() {\n  local -a verbs=(\n";
  for (const auto* command : visible_verbs()) text += fmt::format("    '{}:{}'\n", command->name, command->summary);
  text += "  )\n  if (( CURRENT == 2 )); then\n    _describe verb verbs\n    return\n  fi\n  local -a options\n";
  text += "  case $words[2] in\n";
  for (const auto* command : visible_verbs()) {
    text += fmt::format("    {}) options=({}) ;;\n", command->name, base::join(options_of(*command), " "));
  }
  return text +
         "  esac\n"
         "  compadd -S '' -- $options\n"
         "  _files\n"
         "}\n"
         "compdef _gatehouse gatehouse\n";
}

std::string fish() {
  std::string text;
  for (const auto* command : visible_verbs()) {
    text += fmt::format("complete -c gatehouse -f -n __fish_use_subcommand -a {} -d '{}'\n", command->name,
                        command->summary);
    for (const auto& option : options_of(*command)) {
      text += fmt::format("complete -c gatehouse -n '__fish_seen_subcommand_from {}' -a '{}'\n", command->name, option);
    }
  }
  return text;
}

int run_completion(std::span<char* const> args) {
  const std::string_view shell = args.size() == 1 ? args.front() : "";
  if (shell == "bash") {
    fmt::print("{}", bash());
  } else if (shell == "zsh") {
    fmt::print("{}", zsh());
  } else if (shell == "fish") {
    fmt::print("{}", fish());
  } else {
    fmt::print(stderr, "gatehouse completion: name one shell: bash, zsh or fish\n");
    return kWrongCall;
  }
  return kOk;
}

}  // namespace

constexpr Command kCompletionCommand{
    .name = "completion",
    .summary = "print what a shell needs to complete our words",
    .help =
        R"(usage: gatehouse completion bash|zsh|fish

examples:
  source <(gatehouse completion bash)
  gatehouse completion zsh > ~/.zfunc/_gatehouse
  gatehouse completion fish > ~/.config/fish/completions/gatehouse.fish
)",
    .run = run_completion,
};

}  // namespace gatehouse::app
