#include "docker/event.h"

namespace gatehouse::docker {

base::Result<Event> decode_event(format::JsonValue json) {
  AnswerReader reader(json, "an event");
  Event event;
  event.type = reader.required_text("Type");
  event.action = reader.required_text("Action");
  event.time_ns = reader.integer("timeNano");
  AnswerReader actor(reader.object("Actor"), "an event's actor");
  event.actor = actor.text("ID");
  event.attributes = actor.map("Attributes");
  if (!actor.finish()) reader.fail_at("Actor");
  BASE_CHECK(reader.finish());
  return event;
}

}  // namespace gatehouse::docker
