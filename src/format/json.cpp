#include "format/json.h"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace gatehouse::format {

namespace json = boost::json;

namespace {

const json::value& to_value(const void* value) { return *static_cast<const json::value*>(value); }

const json::value* to_kind(const void* value, json::kind kind) {
  return value != nullptr && to_value(value).kind() == kind ? &to_value(value) : nullptr;
}

}  // namespace

bool JsonValue::is_null() const { return to_kind(value_, json::kind::null) != nullptr; }
bool JsonValue::is_object() const { return to_kind(value_, json::kind::object) != nullptr; }
bool JsonValue::is_array() const { return to_kind(value_, json::kind::array) != nullptr; }
bool JsonValue::is_string() const { return to_kind(value_, json::kind::string) != nullptr; }

std::optional<std::string_view> JsonValue::string() const {
  const auto* value = to_kind(value_, json::kind::string);
  if (value == nullptr) return std::nullopt;
  return std::string_view(value->get_string().data(), value->get_string().size());
}

std::optional<bool> JsonValue::boolean() const {
  const auto* value = to_kind(value_, json::kind::bool_);
  if (value == nullptr) return std::nullopt;
  return value->get_bool();
}

std::optional<std::int64_t> JsonValue::integer() const {
  if (value_ == nullptr || !to_value(value_).is_number()) return std::nullopt;
  json::error_code error;
  const auto number = to_value(value_).to_number<std::int64_t>(error);
  if (error.failed()) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> JsonValue::unsigned_integer() const {
  if (value_ == nullptr || !to_value(value_).is_number()) return std::nullopt;
  json::error_code error;
  const auto number = to_value(value_).to_number<std::uint64_t>(error);
  if (error.failed()) return std::nullopt;
  return number;
}

std::optional<double> JsonValue::number() const {
  if (value_ == nullptr || !to_value(value_).is_number()) return std::nullopt;
  json::error_code error;
  const auto number = to_value(value_).to_number<double>(error);
  if (error.failed()) return std::nullopt;
  return number;
}

std::size_t JsonValue::size() const {
  if (const auto* object = to_kind(value_, json::kind::object)) return object->get_object().size();
  if (const auto* array = to_kind(value_, json::kind::array)) return array->get_array().size();
  return 0;
}

JsonValue JsonValue::at(std::size_t index) const {
  if (index >= size()) return {};
  if (is_object()) return JsonValue(&(to_value(value_).get_object().begin() + index)->value());
  return JsonValue(&to_value(value_).get_array()[index]);
}

std::string_view JsonValue::key(std::size_t index) const {
  if (!is_object() || index >= size()) return {};
  const auto name = (to_value(value_).get_object().begin() + index)->key();
  return {name.data(), name.size()};
}

JsonValue JsonValue::find(std::string_view name) const {
  const auto* object = to_kind(value_, json::kind::object);
  if (object == nullptr) return {};
  return JsonValue(object->get_object().if_contains(json::string_view(name.data(), name.size())));
}

std::string JsonValue::text() const { return value_ == nullptr ? std::string() : json::serialize(to_value(value_)); }

struct JsonDocument::Tree {
  json::monotonic_resource memory;
  json::value root;
};

JsonDocument::JsonDocument(std::unique_ptr<Tree> tree) : tree_(std::move(tree)) {}
JsonDocument::~JsonDocument() = default;
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;

base::Result<JsonDocument> JsonDocument::parse(std::string_view text) {
  auto tree = std::make_unique<Tree>();
  json::parse_options options;
  options.max_depth = kDepthMax;
  json::stream_parser parser(&tree->memory, options);
  json::error_code error;
  const auto consumed = parser.write(text.data(), text.size(), error);
  if (!error.failed()) parser.finish(error);
  if (error.failed()) {
    return base::fail(base::ErrorCode::kInvalid, base::Fault::kBackend,
                      fmt::format("JSON: {} at byte {}", error.message(), consumed));
  }
  // The same memory, so this moves.
  std::destroy_at(&tree->root);
  std::construct_at(&tree->root, parser.release());
  return JsonDocument(std::move(tree));
}

JsonValue JsonDocument::root() const { return JsonValue(&tree_->root); }

}  // namespace gatehouse::format
