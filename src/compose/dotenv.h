// .env and env_file files: NAME=value lines as compose-go's dotenv package reads them. Pure, any thread.
// Values may be secrets: errors name the file, the line and the variable, never what it holds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "compose/interpolation.h"

namespace gatehouse::compose {

struct Assignment {
  std::string name;
  std::string value;
  std::uint32_t line = 0;  // of the name, 1-based
};

struct Dotenv {
  Environment values;                   // of several assignments to a name, the last
  std::vector<Assignment> assignments;  // every one, in the order of the file; for checks that look at lines
  std::vector<Assignment> unset;        // variables that values refer to and nobody set: name, "", line
};

// References in values look in the process environment first, then in this file's earlier lines, then in `earlier`,
// which holds the files before this one. A name alone on a line takes the process's value, or is left out.
// kInvalid with the operator at fault, "file:line: what".
base::Result<Dotenv> parse_dotenv(std::string_view text, std::string_view file, const Lookup& process,
                                  const Environment& earlier = {});

// env_file with "format: raw": NAME=value to the end of the line, no quotes, no variables, no comments after values.
base::Result<Dotenv> parse_raw_env(std::string_view text, std::string_view file, const Lookup& process);

}  // namespace gatehouse::compose
