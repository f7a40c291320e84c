// The question-and-answer form in which interpolation and .env parsing are checked from outside: a JSON object a line
// in, a JSON object a line out. Used by the verb `gatehouse dev`. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::compose {

// {"template": "...", "env": {...}} -> {"value": "..."} or {"error": "..."}; no line end.
std::string answer_interpolation(std::string_view json_line);

// {"file": "...", "env": {...}} -> {"vars": {...}} or {"error": "..."}.
std::string answer_dotenv(std::string_view json_line);

}  // namespace gatehouse::compose
