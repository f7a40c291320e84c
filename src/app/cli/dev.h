// gatehouse dev interpolate|dotenv: answers JSON questions, a line each, from standard input until it ends. For
// conformance checks from outside; not part of what an operator needs.
#pragma once

#include <span>

namespace gatehouse::app {

// args: what follows "dev". Returns the exit code: 0, or 2 for a wrong call.
int dev_main(std::span<char* const> args);

}  // namespace gatehouse::app
