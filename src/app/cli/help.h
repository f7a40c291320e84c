// What the program says about itself. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::app {

std::string help_text();
// The complaint about a verb that does not exist, with the nearest one that does.
std::string unknown_verb(std::string_view name);

}  // namespace gatehouse::app
