#include "docker/answer_reader.h"

namespace gatehouse::docker {

using format::JsonValue;

AnswerReader::AnswerReader(JsonValue object, std::string_view what) : object_(object), what_(what) {
  if (!object.is_object()) wrong_ = "";
}

JsonValue AnswerReader::member(std::string_view name) const {
  const auto value = object_.find(name);
  return value.is_null() ? JsonValue() : value;
}

void AnswerReader::fail_at(std::string_view name) {
  if (!wrong_) wrong_ = name;
}

std::string AnswerReader::required_text(std::string_view name) {
  const auto value = object_.find(name).string();
  if (!value || value->empty()) fail_at(name);
  return std::string(value.value_or(""));
}

std::string AnswerReader::text(std::string_view name) {
  const auto value = member(name);
  if (value.exists() && !value.is_string()) fail_at(name);
  return std::string(value.string().value_or(""));
}

std::int64_t AnswerReader::integer(std::string_view name) {
  const auto value = member(name);
  if (value.exists() && !value.integer()) fail_at(name);
  return value.integer().value_or(0);
}

bool AnswerReader::boolean(std::string_view name) {
  const auto value = member(name);
  if (value.exists() && !value.boolean()) fail_at(name);
  return value.boolean().value_or(false);
}

std::vector<std::string> AnswerReader::texts(std::string_view name) {
  std::vector<std::string> all;
  const auto values = array(name);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto value = values.at(i).string();
    if (!value) fail_at(name);
    all.emplace_back(value.value_or(""));
  }
  return all;
}

Labels AnswerReader::map(std::string_view name) {
  Labels all;
  const auto values = object(name);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto value = values.at(i).string();
    if (!value) fail_at(name);
    all.emplace(values.key(i), value.value_or(""));
  }
  return all;
}

JsonValue AnswerReader::object(std::string_view name) {
  const auto value = member(name);
  if (value.exists() && !value.is_object()) fail_at(name);
  return value.is_object() ? value : JsonValue();
}

JsonValue AnswerReader::array(std::string_view name) {
  const auto value = member(name);
  if (value.exists() && !value.is_array()) fail_at(name);
  return value.is_array() ? value : JsonValue();
}

base::Result<void> AnswerReader::finish() const {
  if (!wrong_) return {};
  std::string message = "the Docker engine described " + std::string(what_) + " in a way that we do not understand";
  if (!wrong_->empty()) message += ": its " + *wrong_ + " is missing or of another type";
  return base::fail(base::ErrorCode::kInvalid, base::Fault::kBackend, std::move(message));
}

}  // namespace gatehouse::docker
