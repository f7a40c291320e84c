#include "observe/otlp_json.h"

#include "format/json.h"

namespace gatehouse::observe {

using format::JsonWriter;

namespace {

constexpr std::int64_t kStatusError = 2;

std::string nanoseconds(std::chrono::system_clock::time_point time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count());
}

struct ValueWriter {
  JsonWriter& writer;

  void operator()(const std::string& text) const { writer.begin_object().key("stringValue").string(text).end_object(); }
  void operator()(std::int64_t number) const {
    writer.begin_object().key("intValue").string(std::to_string(number)).end_object();
  }
  void operator()(const std::vector<std::string>& texts) const {
    writer.begin_object().key("arrayValue").begin_object().key("values").begin_array();
    for (const auto& text : texts) (*this)(text);
    writer.end_array().end_object().end_object();
  }
};

void write_attribute(JsonWriter& writer, const std::string& key, const Span::Value& value) {
  writer.begin_object().key("key").string(key).key("value");
  std::visit(ValueWriter{writer}, value);
  writer.end_object();
}

void write_span(JsonWriter& writer, const Span& span) {
  writer.begin_object().key("traceId").string(span.trace.text()).key("spanId").string(span.id.text());
  if (span.parent.number != 0) writer.key("parentSpanId").string(span.parent.text());
  if (!span.trace_state.empty()) writer.key("traceState").string(span.trace_state);
  writer.key("name").string(span.name).key("kind").integer(static_cast<std::int64_t>(span.kind));
  writer.key("startTimeUnixNano").string(nanoseconds(span.start));
  writer.key("endTimeUnixNano").string(nanoseconds(span.end));
  writer.key("attributes").begin_array();
  for (const auto& [key, value] : span.attributes) write_attribute(writer, key, value);
  writer.end_array().key("status").begin_object();
  if (span.failed) writer.key("code").integer(kStatusError);
  writer.end_object().end_object();
}

}  // namespace

std::string to_otlp_json(const Resource& resource, std::span<const Span> spans) {
  JsonWriter writer;
  writer.begin_object().key("resourceSpans").begin_array().begin_object();
  writer.key("resource").begin_object().key("attributes").begin_array();
  for (const auto& [key, value] : resource) write_attribute(writer, key, value);
  writer.end_array().end_object();
  writer.key("scopeSpans").begin_array().begin_object();
  writer.key("scope").begin_object().key("name").string("gatehouse").end_object();
  writer.key("spans").begin_array();
  for (const auto& span : spans) write_span(writer, span);
  writer.end_array().end_object().end_array();
  writer.end_object().end_array().end_object();
  return writer.take();
}

}  // namespace gatehouse::observe
