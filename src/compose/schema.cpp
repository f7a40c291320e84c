#include "compose/schema.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace gatehouse::compose {

using format::YamlNode;
using format::YamlType;

namespace {

std::uint8_t form_of(YamlType type) {
  switch (type) {
    case YamlType::kNull:
      return kNull;
    case YamlType::kBool:
      return kBoolean;
    case YamlType::kInt:
    case YamlType::kFloat:
      return kNumber;
    case YamlType::kString:
      return kText;
    case YamlType::kSequence:
      return kList;
    case YamlType::kMapping:
      return kMapping;
  }
  return 0;
}

// "a string or a list"
std::string describe(std::uint8_t forms) {
  std::vector<std::string> names;
  if ((forms & kNumber) != 0) {
    names.emplace_back("a number");
  } else if ((forms & kBoolean) != 0 && (forms & (kList | kMapping)) == 0) {
    names.emplace_back("true or false");
  } else if ((forms & kText) != 0) {
    names.emplace_back("a string");
  }
  if ((forms & kList) != 0) names.emplace_back("a list");
  if ((forms & kMapping) != 0) names.emplace_back("a mapping");
  return base::join(names, " or ");
}

bool is_name(std::string_view key) {
  return !key.empty() &&
         std::ranges::all_of(key, [](char c) { return base::is_alnum(c) || std::string_view("._-").contains(c); });
}

class SchemaCheck {
 public:
  explicit SchemaCheck(Problems& problems) : problems_(problems) {}

  void check(const YamlNode& node, const Schema& schema, const std::string& path) {
    if (node.tag == "!reset") return;
    const auto type = format::type_of(node);
    // compose refuses an empty list or mapping; all its items commented out is no reason to stop.
    if (type == YamlType::kNull && (schema.forms & (kList | kMapping)) != 0) {
      const bool is_meant = (schema.forms & kNull) != 0;
      if (!is_meant) problems_.warn(node.at, fmt::format("{} is empty and has no effect; remove the key", path));
    } else if ((schema.forms & form_of(type)) == 0) {
      report_form(node, type, schema, path);
    } else if (node.is_mapping()) {
      check_mapping(node, schema, path);
    } else if (node.is_sequence() && schema.item != nullptr) {
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        check(node.items[i], *schema.item, fmt::format("{}[{}]", path, i));
      }
    } else if (node.is_scalar() && !schema.words.empty() && std::ranges::count(schema.words, node.text) == 0) {
      problems_.error(node.at, fmt::format("{} is {}; it can be {}", path, shown(node), fmt::join(schema.words, ", ")));
    }
  }

 private:
  void report_form(const YamlNode& node, YamlType type, const Schema& schema, const std::string& path) {
    std::string advice;
    if (type == YamlType::kNull) {
      advice = "; give it a value or remove the key";
    } else if ((type == YamlType::kBool || type == YamlType::kInt || type == YamlType::kFloat) &&
               (schema.forms & kText) != 0) {
      advice = "; put it in quotes";
    }
    const auto found = type == YamlType::kNull ? std::string_view("empty") : format::to_string(type);
    problems_.error(node.at, fmt::format("{} is {}, and has to be {}{}", path.empty() ? "the file" : path, found,
                                         describe(schema.forms), advice));
  }

  void check_mapping(const YamlNode& node, const Schema& schema, const std::string& path) {
    for (const auto& entry : node.entries) {
      const auto entry_path = path.empty() ? entry.key : fmt::format("{}.{}", path, entry.key);
      const auto known = std::ranges::find(schema.keys, entry.key, &SchemaKey::name);
      if (known != schema.keys.end()) {
        if (known->support == Support::kNone) {
          problems_.warn(entry.key_at, fmt::format("{} is not supported here and has no effect", entry_path));
        }
        check(entry.value, *known->schema, entry_path);
      } else if (schema.key_rule == Keys::kAny || (schema.key_rule == Keys::kNames && is_name(entry.key))) {
        if (schema.value != nullptr) check(entry.value, *schema.value, entry_path);
      } else if (schema.key_rule != Keys::kExtensible || !entry.key.starts_with("x-")) {
        report_key(entry, schema, entry_path);
      }
    }
    for (const auto& key : schema.keys) {
      if (key.required && node.find(key.name) == nullptr) {
        problems_.error(node.at, fmt::format("{} lacks the key '{}'", path, key.name));
      }
    }
  }

  void report_key(const format::YamlEntry& entry, const Schema& schema, const std::string& path) {
    if (schema.key_rule == Keys::kNames) {
      problems_.error(entry.key_at, fmt::format("{}: a name takes letters, digits, '.', '_' and '-' only", path));
      return;
    }
    std::vector<std::string_view> names;
    for (const auto& key : schema.keys) names.push_back(key.name);
    const auto nearest = base::nearest(entry.key, names);
    problems_.error(entry.key_at, nearest.empty()
                                      ? fmt::format("{} is no key that compose knows", path)
                                      : fmt::format("{} is no key that compose knows; is '{}' meant?", path, nearest));
  }

  Problems& problems_;
};

}  // namespace

void check_service_schema(const std::string& name, const YamlNode& service, Problems& problems) {
  SchemaCheck(problems).check(service, service_schema(), "services." + name);
}

void check_schema(const YamlNode& file, Problems& problems) { SchemaCheck(problems).check(file, file_schema(), ""); }

}  // namespace gatehouse::compose
