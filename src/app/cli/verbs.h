// The verbs of the command line. A new one is a constant in its own file, a name here and in verbs.cpp.
#pragma once

#include <span>
#include <string_view>

#include "app/cli/command.h"

namespace gatehouse::app {

extern const Command kCompletionCommand;
extern const Command kConfigCommand;
extern const Command kDeployCommand;
extern const Command kDevCommand;
extern const Command kDownCommand;
extern const Command kEdgeCommand;
extern const Command kHelpCommand;
extern const Command kLogsCommand;
extern const Command kServeCommand;
extern const Command kStatusCommand;
extern const Command kUpCommand;
extern const Command kValidateCommand;
extern const Command kVersionCommand;
extern const Command kWhoamiCommand;

// In the order in which help lists them.
std::span<const Command* const> verbs();

// Null when there is no such verb.
const Command* find_verb(std::string_view name);

}  // namespace gatehouse::app
