#include "model/json_codec.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/scalar.h"

namespace gatehouse::model {

namespace {

using format::JsonValue;
using format::JsonWriter;

constexpr std::string_view kHidden = "***";

template <class T>
const T& as(const void* value) {
  return *static_cast<const T*>(value);
}

// What Go's omitempty leaves out.
bool is_empty(const Type& type, const void* value) {
  switch (type.kind) {
    case Kind::kBool:
      return !as<bool>(value);
    case Kind::kInt:
      return as<std::int64_t>(value) == 0;
    case Kind::kUint:
      return as<std::uint64_t>(value) == 0;
    case Kind::kDouble:
      return as<double>(value) == 0;
    case Kind::kString:
      return as<std::string>(value).empty();
    case Kind::kSecret:
      return as<base::Secret>(value).empty();
    case Kind::kDuration:
      return as<Duration>(value) == Duration{};
    case Kind::kAnything:
      return as<Anything>(value).json.empty();
    case Kind::kStruct:
      return std::ranges::all_of(type.fields, [&](const Field& field) {
        return is_empty(*field.type, member(field, value)) && is_empty(*field.type, field.type->initial);
      });
    default:
      break;
  }
  bool empty = true;
  type.each(value, [&](const std::string&, const void*) { empty = false; });
  return empty;
}

bool is_left_out(const Field& field, const Type& type, const void* object, JsonStyle style) {
  const auto* value = member(field, object);
  const auto* initial = member(field, type.initial);
  if (style == JsonStyle::kWire) return field.type->equal(value, initial);
  if (field.has(trait::kInternal | trait::kLabelsOnly)) return true;
  return is_empty(*field.type, value) && (field.type->kind == Kind::kStruct || is_empty(*field.type, initial));
}

void write_value(JsonWriter& writer, const Type& type, const void* value, JsonStyle style, bool hidden);

void write_container(JsonWriter& writer, const Type& type, const void* value, JsonStyle style, bool hidden) {
  const bool map = type.kind == Kind::kMap;
  map ? writer.begin_object() : writer.begin_array();
  type.each(value, [&](const std::string& key, const void* item) {
    if (map) writer.key(key);
    write_value(writer, *type.element, item, style, hidden);
  });
  map ? writer.end_object() : writer.end_array();
}

void write_value(JsonWriter& writer, const Type& type, const void* value, JsonStyle style, bool hidden) {
  switch (type.kind) {
    case Kind::kBool:
      writer.boolean(as<bool>(value));
      return;
    case Kind::kInt:
      writer.integer(as<std::int64_t>(value));
      return;
    case Kind::kUint:
      writer.unsigned_integer(as<std::uint64_t>(value));
      return;
    case Kind::kDouble:
      writer.number(as<double>(value));
      return;
    case Kind::kString:
      writer.string(hidden ? kHidden : std::string_view(as<std::string>(value)));
      return;
    case Kind::kSecret:
      writer.string(style == JsonStyle::kApi ? kHidden : std::string_view(as<base::Secret>(value).reveal()));
      return;
    case Kind::kDuration:
      if (style == JsonStyle::kApi) {
        writer.string(to_string(as<Duration>(value)));
      } else {
        writer.integer(as<Duration>(value).count());
      }
      return;
    case Kind::kAnything:
      writer.raw(as<Anything>(value).json.empty() ? "null" : as<Anything>(value).json);
      return;
    case Kind::kOptional:
      type.each(value,
                [&](const std::string&, const void* item) { write_value(writer, *type.element, item, style, hidden); });
      return;
    case Kind::kList:
    case Kind::kMap:
      write_container(writer, type, value, style, hidden);
      return;
    case Kind::kStruct:
      writer.begin_object();
      write_members(writer, type, value, style);
      writer.end_object();
      return;
  }
}

std::string read_value(const Type& type, void* object, JsonValue json);

// Of the alternatives that to_json() writes for a type, exactly the one.
template <class T, class Read>
std::string take(void* object, const std::optional<Read>& value, std::string_view expected) {
  if (!value) return std::string(" is not ") + std::string(expected);
  *static_cast<T*>(object) = T(*value);
  return {};
}

std::string read_list(const Type& type, void* object, JsonValue json) {
  if (!json.is_array()) return " is not a list";
  type.clear(object);
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (auto problem = read_value(*type.element, type.add(object, {}), json.at(i)); !problem.empty()) {
      return fmt::format("[{}]{}", i, problem);
    }
  }
  return {};
}

std::string read_map(const Type& type, void* object, JsonValue json) {
  if (!json.is_object()) return " is not an object";
  type.clear(object);
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string key(json.key(i));
    if (auto problem = read_value(*type.element, type.add(object, key), json.at(i)); !problem.empty()) {
      return fmt::format(".{}{}", key, problem);
    }
  }
  return {};
}

std::string read_value(const Type& type, void* object, JsonValue json) {
  switch (type.kind) {
    case Kind::kBool:
      return take<bool>(object, json.boolean(), "true or false");
    case Kind::kInt:
      return take<std::int64_t>(object, json.integer(), "an integer");
    case Kind::kUint:
      return take<std::uint64_t>(object, json.unsigned_integer(), "an integer");
    case Kind::kDouble:
      return take<double>(object, json.number(), "a number");
    case Kind::kString:
      return take<std::string>(object, json.string(), "a string");
    case Kind::kDuration:
      return take<Duration>(object, json.integer(), "an integer");
    case Kind::kSecret:
      if (const auto text = json.string()) {
        *static_cast<base::Secret*>(object) = base::Secret(std::string(*text));
        return {};
      }
      return " is not a string";
    case Kind::kAnything:
      static_cast<Anything*>(object)->json = json.is_null() ? std::string() : json.text();
      return {};
    case Kind::kOptional:
      return read_value(*type.element, type.add(object, {}), json);
    case Kind::kList:
      return read_list(type, object, json);
    case Kind::kMap:
      return read_map(type, object, json);
    case Kind::kStruct:
      return read_members(type, object, json);
  }
  return " has no type";
}

}  // namespace

void write_members(JsonWriter& writer, const Type& type, const void* object, JsonStyle style) {
  for (const auto& field : type.fields) {
    if (is_left_out(field, type, object, style)) continue;
    writer.key(field.name);
    write_value(writer, *field.type, member(field, object), style,
                style == JsonStyle::kApi && field.has(trait::kSensitive));
  }
}

std::string read_members(const Type& type, void* object, JsonValue json, std::string_view known) {
  if (!json.is_object()) return " is not an object";
  for (std::size_t i = 0; i < json.size(); ++i) {
    const auto key = json.key(i);
    if (key == known) continue;
    const auto field = std::ranges::find_if(type.fields, [&](const Field& candidate) { return candidate.name == key; });
    const auto name = "." + std::string(key.substr(0, 80));
    if (field == type.fields.end()) return name + " is not known";
    if (auto problem = read_value(*field->type, member(*field, object), json.at(i)); !problem.empty()) {
      return name + problem;
    }
  }
  return {};
}

}  // namespace gatehouse::model
