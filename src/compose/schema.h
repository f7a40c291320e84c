// The shape that compose files must have: which keys there are and what kind of value each takes, as the Compose
// Specification's JSON schema has it (compose-go, schema/compose-spec.json, 2026). Checked for each file before
// anything is merged, so that everything after it may rely on the kinds. Pure; static tables.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "compose/sources.h"
#include "format/yaml.h"

namespace gatehouse::compose {

enum Form : std::uint8_t {
  kText = 1,
  kNumber = 2,  // or text, which is cast, as in "${REPLICAS}"
  kBoolean = 4,
  kNull = 8,
  kList = 16,
  kMapping = 32,
};

struct Schema;

enum class Support : std::uint8_t {
  kYes,
  kNone,  // compose knows it; here it has no effect, and a warning says so
};

struct SchemaKey {
  std::string_view name;
  const Schema* schema;
  Support support = Support::kYes;
  bool required = false;
};

// What the keys of a mapping may be.
enum class Keys : std::uint8_t {
  kFixed,       // those in `keys`
  kExtensible,  // and x-*
  kNames,       // names of services, volumes and the like: [a-zA-Z0-9._-]+
  kAny,
};

struct Schema {
  std::uint8_t forms;
  std::span<const SchemaKey> keys = {};
  Keys key_rule = Keys::kFixed;
  const Schema* value = nullptr;                 // of a key that is not in `keys`; null: anything
  const Schema* item = nullptr;                  // of a list; null: anything
  std::span<const std::string_view> words = {};  // the only texts that are allowed; empty: any
};

// A whole compose file, and one service in it.
const Schema& file_schema();
const Schema& service_schema();

// Whether a service's key, one that the schema knows, has an effect here.
Support support_of_service_key(std::string_view key);

// Reports what does not fit: unknown keys with the nearest name, values of a wrong kind. Values tagged !reset are
// not looked at.
void check_schema(const format::YamlNode& file, Problems& problems);
// The same for one service: of a file that is extended, compose looks at nothing else.
void check_service_schema(const std::string& name, const format::YamlNode& service, Problems& problems);

}  // namespace gatehouse::compose
