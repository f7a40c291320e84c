// The model's structs as JSON: for the API in Traefik's spelling, and between our own processes. Pure, any thread.
// Instantiated in json.cpp for the structs listed there.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace gatehouse::format {
class JsonValue;
class JsonWriter;
}  // namespace gatehouse::format

namespace gatehouse::model {

// The members of an object that the caller has opened, and may add to: as Traefik's API shows them. Empty values are
// left out unless the default is another, times read "30s", and what is sensitive reads "***".
template <class T>
void write_api(format::JsonWriter& writer, const T& value);

// Between our processes: values that are the default are left out, times are nanoseconds, secrets are in it.
template <class T>
std::string to_json(const T& value);

// What to_json() wrote. kInvalid names the member that does not fit, never its value; members that do not exist are
// errors too: both sides are one version.
template <class T>
base::Result<T> from_json(format::JsonValue json);

}  // namespace gatehouse::model
