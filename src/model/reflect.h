// The run-time description of the model's structs, built once from their fields(): what decoders and encoders walk, so
// that they are ordinary functions over a Type and an address, not templates. Included by the .cpp files of model/
// only. Types are constant and live as long as the process; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/secret.h"
#include "model/anything.h"
#include "model/duration.h"
#include "model/trait.h"

namespace gatehouse::model {

enum class Kind {
  kBool,
  kInt,
  kUint,
  kDouble,
  kString,
  kSecret,
  kDuration,
  kAnything,
  kOptional,
  kList,
  kMap,
  kStruct
};

struct Type;

struct Field {
  std::string_view name;
  std::string_view label_name;  // what labels call it
  unsigned traits;
  std::size_t offset;
  const Type* type;

  [[nodiscard]] bool has(unsigned trait) const { return (traits & trait) != 0; }
};

struct Type {
  using Visit = std::function<void(const std::string& key, const void* value)>;  // key: of a map

  Kind kind = Kind::kStruct;
  const void* initial = nullptr;  // a value-initialised one: the defaults
  bool (*equal)(const void*, const void*) = nullptr;

  std::vector<Field> fields;  // of a struct

  const Type* element = nullptr;  // of an optional, a list, a map
  // A new element: of an optional the only one, of a list the last, of a map that of the key.
  void* (*add)(void* self, const std::string& key) = nullptr;
  void (*clear)(void* self) = nullptr;
  void (*each)(const void* self, const Visit& visit) = nullptr;

  [[nodiscard]] bool is_initial(const void* value) const { return equal(value, initial); }
  [[nodiscard]] bool is_scalar() const { return kind < Kind::kAnything; }
};

inline void* member(const Field& field, void* object) { return static_cast<std::byte*>(object) + field.offset; }
inline const void* member(const Field& field, const void* object) {
  return static_cast<const std::byte*>(object) + field.offset;
}

template <class T>
const Type& type_of();

namespace reflect {

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsList = false;
template <class T>
inline constexpr bool kIsList<std::vector<T>> = true;
template <class T>
inline constexpr bool kIsMap = false;
template <class T>
inline constexpr bool kIsMap<std::map<std::string, T>> = true;

template <class T>
consteval Kind kind_of() {
  if constexpr (std::is_same_v<T, bool>) return Kind::kBool;
  if constexpr (std::is_same_v<T, std::int64_t>) return Kind::kInt;
  if constexpr (std::is_same_v<T, std::uint64_t>) return Kind::kUint;
  if constexpr (std::is_same_v<T, double>) return Kind::kDouble;
  if constexpr (std::is_same_v<T, std::string>) return Kind::kString;
  if constexpr (std::is_same_v<T, base::Secret>) return Kind::kSecret;
  if constexpr (std::is_same_v<T, Duration>) return Kind::kDuration;
  if constexpr (std::is_same_v<T, Anything>) return Kind::kAnything;
  if constexpr (kIsOptional<T>) return Kind::kOptional;
  if constexpr (kIsList<T>) return Kind::kList;
  if constexpr (kIsMap<T>) return Kind::kMap;
  return Kind::kStruct;
}

template <class T>
T& as(void* value) {
  return *static_cast<T*>(value);
}
template <class T>
const T& as(const void* value) {
  return *static_cast<const T*>(value);
}

template <class S>
struct FieldList {
  const S& sample;
  std::vector<Field>& fields;

  template <class M, class Owner>  // S or a base of it
  void operator()(std::string_view name, M Owner::* pointer, unsigned traits = 0, std::string_view label_name = {}) {
    // The distance within a living object, as offsetof() knows no pointers to members.
    const auto offset =
        reinterpret_cast<const std::byte*>(&(sample.*pointer)) - reinterpret_cast<const std::byte*>(&sample);
    fields.push_back(
        {name, label_name.empty() ? name : label_name, traits, static_cast<std::size_t>(offset), &type_of<M>()});
  }
};

template <class T>
void describe_container(Type& type) {
  if constexpr (kIsOptional<T>) {
    type.element = &type_of<typename T::value_type>();
    type.add = [](void* self, const std::string&) -> void* { return &as<T>(self).emplace(); };
    type.clear = [](void* self) { as<T>(self).reset(); };
    type.each = [](const void* self, const Type::Visit& visit) {
      if (as<T>(self)) visit({}, &*as<T>(self));
    };
  } else if constexpr (kIsList<T>) {
    type.element = &type_of<typename T::value_type>();
    type.add = [](void* self, const std::string&) -> void* { return &as<T>(self).emplace_back(); };
    type.clear = [](void* self) { as<T>(self).clear(); };
    type.each = [](const void* self, const Type::Visit& visit) {
      for (const auto& item : as<T>(self)) visit({}, &item);
    };
  } else if constexpr (kIsMap<T>) {
    type.element = &type_of<typename T::mapped_type>();
    type.add = [](void* self, const std::string& key) -> void* { return &as<T>(self)[key]; };
    type.clear = [](void* self) { as<T>(self).clear(); };
    type.each = [](const void* self, const Type::Visit& visit) {
      for (const auto& [key, item] : as<T>(self)) visit(key, &item);
    };
  }
}

template <class T>
Type describe() {
  static const T initial{};
  Type type;
  type.kind = kind_of<T>();
  type.initial = &initial;
  type.equal = [](const void* a, const void* b) { return as<T>(a) == as<T>(b); };
  if constexpr (kind_of<T>() == Kind::kStruct) {
    FieldList<T> list{initial, type.fields};
    T::fields(list);
  } else {
    describe_container<T>(type);
  }
  return type;
}

}  // namespace reflect

template <class T>
const Type& type_of() {
  static const Type type = reflect::describe<T>();
  return type;
}

}  // namespace gatehouse::model
