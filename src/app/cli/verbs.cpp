#include "app/cli/verbs.h"

#include <algorithm>
#include <array>

namespace gatehouse::app {

namespace {

constexpr std::array kVerbs{
    &kUpCommand,       &kDeployCommand, &kDownCommand,  &kStatusCommand, &kLogsCommand,
    &kValidateCommand, &kConfigCommand, &kServeCommand, &kWhoamiCommand, &kCompletionCommand,
    &kVersionCommand,  &kHelpCommand,   &kDevCommand,   &kEdgeCommand,
};

}  // namespace

std::span<const Command* const> verbs() { return kVerbs; }

const Command* find_verb(std::string_view name) {
  const auto found = std::ranges::find(kVerbs, name, &Command::name);
  return found == kVerbs.end() ? nullptr : *found;
}

}  // namespace gatehouse::app
