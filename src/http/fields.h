// Fields: the header (or trailer) fields of one message, in their order and with their spelling, plus the bytes that
// they and the rest of the message's head are views of. Owned by the message; lives on its thread. Views stay valid
// until clear() or the end of the message, also when it is moved or when a field is replaced or removed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "base/block_cache.h"
#include "base/text.h"
#include "http/arena.h"
#include "http/field_id.h"
#include "http/syntax.h"

namespace gatehouse::http {

struct Field {
  FieldId id = FieldId::kOther;
  std::string_view name;   // as it was spelled
  std::string_view value;  // without the white space around it
};

class Fields {
 public:
  Fields() = default;
  Fields(Fields&&) noexcept = default;
  Fields& operator=(Fields&&) noexcept = default;

  // The first of that name, or null. Names compare without regard to case.
  [[nodiscard]] const Field* find(FieldId id) const;
  [[nodiscard]] const Field* find(std::string_view name) const;

  // The value of the first of that name, or empty.
  [[nodiscard]] std::string_view get(FieldId id) const;
  [[nodiscard]] std::string_view get(std::string_view name) const;

  [[nodiscard]] bool has(FieldId id) const { return seen_.contains(id) && find(id) != nullptr; }
  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  [[nodiscard]] std::size_t count(FieldId id) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;

  // Calls visit(value) for every line of that name, in order.
  template <class Visit>
  void for_each(FieldId id, Visit visit) const;
  template <class Visit>
  void for_each(std::string_view name, Visit visit) const;

  // Calls visit(item) for every item of a comma-separated field, over all of its lines.
  template <class Visit>
  void for_each_list_item(FieldId id, Visit visit) const {
    for_each(id, [&](std::string_view value) { http::for_each_item(value, visit); });
  }
  // Is `token` an item of that list, in any case?
  [[nodiscard]] bool lists(FieldId id, std::string_view token) const;

  // Name and value are copied in. A control byte in a value becomes a space: whatever a rule or a template made of
  // bytes from outside, it cannot end a line. A name that is no token is left out, and false returned.
  bool add(std::string_view name, std::string_view value);
  void add(FieldId id, std::string_view value);
  // Takes the place of all of that name: the first is replaced where it stands, else one is added at the end.
  bool set(std::string_view name, std::string_view value);
  void set(FieldId id, std::string_view value);

  // How many were removed.
  std::size_t remove(FieldId id);
  std::size_t remove(std::string_view name);
  std::size_t remove(const FieldIdSet& ids);
  template <class Predicate>
  std::size_t remove_if(Predicate predicate) {
    return std::erase_if(fields_, predicate);
  }

  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }
  [[nodiscard]] std::size_t size() const { return fields_.size(); }
  [[nodiscard]] bool empty() const { return fields_.empty(); }

  // Where the bytes of the message live.
  [[nodiscard]] Arena& storage() { return storage_; }

  // For parsers: a field that is valid already and whose bytes are in storage().
  void adopt(const Field& field) {
    if (fields_.capacity() == 0) fields_.reserve(kUsualFields);
    seen_.insert(field.id);
    fields_.push_back(field);
  }
  void reserve(std::size_t count) { fields_.reserve(count); }

  // Copies every field, with bytes of its own.
  [[nodiscard]] Fields clone() const;

  // Every view becomes invalid; what was allocated is kept for the next message.
  void clear();

 private:
  template <class Matches>
  void replace(const Field& field, Matches matches);
  std::string_view keep_value(std::string_view value);

  static constexpr std::size_t kUsualFields = 16;

  std::vector<Field, base::BlockAllocator<Field>> fields_;
  FieldIdSet seen_;  // the known names that were ever added: what is not in it need not be searched
  Arena storage_;
};

template <class Visit>
void Fields::for_each(FieldId id, Visit visit) const {
  if (!seen_.contains(id)) return;
  for (const auto& field : fields_) {
    if (field.id == id) visit(field.value);
  }
}

template <class Visit>
void Fields::for_each(std::string_view name, Visit visit) const {
  if (const auto id = field_id_of(name); id != FieldId::kOther) return for_each(id, visit);
  for (const auto& field : fields_) {
    if (field.id == FieldId::kOther && base::iequals(field.name, name)) visit(field.value);
  }
}

}  // namespace gatehouse::http
