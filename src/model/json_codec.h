// Encoding and decoding by a struct's Type; model/json.h is the typed side. Used by the .cpp files of model/ only.
#pragma once

#include <string>
#include <string_view>

#include "format/json.h"
#include "model/reflect.h"

namespace gatehouse::model {

enum class JsonStyle { kApi, kWire };

// The members of a struct into an object that is open.
void write_members(format::JsonWriter& writer, const Type& type, const void* object, JsonStyle style);

// Into an object that holds the defaults; empty, or the member that is wrong and why (".routers[3].rule is not a
// string"). A member called `known` is skipped.
std::string read_members(const Type& type, void* object, format::JsonValue json, std::string_view known = {});

// What read_members() said, as the start of a sentence.
inline std::string named(const std::string& problem) {
  return problem.starts_with('.') ? problem.substr(1) : "it" + problem;
}

}  // namespace gatehouse::model
