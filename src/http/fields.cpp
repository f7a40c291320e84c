#include "http/fields.h"

namespace gatehouse::http {
namespace {

// For names that the house does not know; the others are compared by their number.
bool is_named(const Field& field, std::string_view name) {
  return field.id == FieldId::kOther && base::iequals(field.name, name);
}

}  // namespace

const Field* Fields::find(FieldId id) const {
  if (!seen_.contains(id)) return nullptr;
  const auto found = std::ranges::find(fields_, id, &Field::id);
  return found == fields_.end() ? nullptr : &*found;
}

const Field* Fields::find(std::string_view name) const {
  if (const auto id = field_id_of(name); id != FieldId::kOther) return find(id);
  const auto found = std::ranges::find_if(fields_, [&](const Field& field) { return is_named(field, name); });
  return found == fields_.end() ? nullptr : &*found;
}

std::string_view Fields::get(FieldId id) const {
  const auto* const field = find(id);
  return field ? field->value : std::string_view{};
}

std::string_view Fields::get(std::string_view name) const {
  const auto* const field = find(name);
  return field ? field->value : std::string_view{};
}

std::size_t Fields::count(FieldId id) const {
  std::size_t number = 0;
  for_each(id, [&](std::string_view) { ++number; });
  return number;
}

std::size_t Fields::count(std::string_view name) const {
  std::size_t number = 0;
  for_each(name, [&](std::string_view) { ++number; });
  return number;
}

bool Fields::lists(FieldId id, std::string_view token) const {
  bool found = false;
  for_each_list_item(id, [&](std::string_view item) { found = found || base::iequals(item, token); });
  return found;
}

bool Fields::add(std::string_view name, std::string_view value) {
  if (!is_token(name)) return false;
  adopt({field_id_of(name), storage_.copy(name), keep_value(value)});
  return true;
}

void Fields::add(FieldId id, std::string_view value) { adopt({id, canonical_name(id), keep_value(value)}); }

bool Fields::set(std::string_view name, std::string_view value) {
  if (!is_token(name)) return false;
  const auto id = field_id_of(name);
  replace({id, storage_.copy(name), keep_value(value)},
          [&](const Field& field) { return id == FieldId::kOther ? is_named(field, name) : field.id == id; });
  return true;
}

void Fields::set(FieldId id, std::string_view value) {
  const Field field{id, canonical_name(id), keep_value(value)};
  if (!seen_.contains(id)) return adopt(field);
  replace(field, [&](const Field& other) { return other.id == id; });
}

template <class Matches>
void Fields::replace(const Field& field, Matches matches) {
  const auto first = std::ranges::find_if(fields_, matches);
  if (first == fields_.end()) return adopt(field);
  *first = field;
  fields_.erase(std::remove_if(first + 1, fields_.end(), matches), fields_.end());
}

std::size_t Fields::remove(FieldId id) {
  if (!seen_.contains(id)) return 0;
  seen_.erase(id);
  return remove_if([&](const Field& field) { return field.id == id; });
}

std::size_t Fields::remove(std::string_view name) {
  if (const auto id = field_id_of(name); id != FieldId::kOther) return remove(id);
  return remove_if([&](const Field& field) { return is_named(field, name); });
}

std::size_t Fields::remove(const FieldIdSet& ids) {
  if (!seen_.intersects(ids)) return 0;
  return remove_if([&](const Field& field) { return field.id != FieldId::kOther && ids.contains(field.id); });
}

std::string_view Fields::keep_value(std::string_view value) {
  value = trim_blanks(value);
  if (value.empty()) return {};
  char* const room = storage_.allocate(value.size());
  std::ranges::replace_copy_if(value, room, is_control, ' ');
  return {room, value.size()};
}

Fields Fields::clone() const {
  Fields copy;
  copy.reserve(size());
  for (const auto& field : fields_) {
    const auto name = field.id != FieldId::kOther && field.name == canonical_name(field.id)
                          ? canonical_name(field.id)
                          : copy.storage_.copy(field.name);
    copy.adopt({field.id, name, copy.storage_.copy(field.value)});
  }
  return copy;
}

void Fields::clear() {
  fields_.clear();
  seen_.clear();
  storage_.clear();
}

}  // namespace gatehouse::http
