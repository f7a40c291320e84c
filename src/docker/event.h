// Events of the engine: something happened to a container, a network, an image. Values.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "docker/answer_reader.h"

namespace gatehouse::docker {

struct Event {
  std::string type;          // container, network, image, volume, ...
  std::string action;        // start, die, "health_status: healthy", destroy, connect, ...
  std::string actor;         // id of the container, name of the image
  Labels attributes;         // of a container: its labels, name, image, exitCode
  std::int64_t time_ns = 0;  // Unix time; pass it as `since` to go on after it
};

base::Result<Event> decode_event(format::JsonValue json);

}  // namespace gatehouse::docker
