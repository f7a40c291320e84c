#include "app/cli/dev.h"

#include <iostream>
#include <string>
#include <string_view>

#include "compose/conformance_lines.h"

namespace gatehouse::app {

int dev_main(std::span<char* const> args) {
  const std::string_view verb = args.size() == 1 ? args[0] : "";
  std::string (*answer)(std::string_view) = nullptr;
  if (verb == "interpolate") answer = compose::answer_interpolation;
  if (verb == "dotenv") answer = compose::answer_dotenv;
  if (answer == nullptr) {
    std::cerr << "usage: gatehouse dev interpolate|dotenv, with one JSON question a line on standard input\n";
    return 2;
  }
  for (std::string line; std::getline(std::cin, line);) std::cout << answer(line) << '\n' << std::flush;
  return 0;
}

}  // namespace gatehouse::app
