// Text to the plain types of the model, as Traefik reads it. Used by the .cpp files of model/ only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/reflect.h"

namespace gatehouse::model {

// Go's strconv.ParseBool: 1 t T TRUE true True, 0 f F FALSE false False.
std::optional<bool> parse_bool(std::string_view text);

// Into an object of that kind; what is wrong with the text, or empty.
std::string parse_scalar(Kind kind, std::string_view text, void* object);

// At most so much of a value goes into an error.
std::string quoted(std::string_view value);

}  // namespace gatehouse::model
