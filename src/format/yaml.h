// YAML as a tree of values that remember where they stand, for configuration files whose errors must name a line.
// Parsing is yaml-cpp's; the tree, the limits and the meaning of scalars are ours: aliases are copied in, merge keys
// ("<<") are applied, a key given twice is an error, tags such as !reset are kept. Pure values, any thread.
// Errors are kInvalid or kLimit with the operator at fault, their message "file:line:column: what".
// Scalars mean what go-yaml v3 takes them for, because compose and Traefik files are written against it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace gatehouse::format {

// Both 1-based; line 0 means that the value was not read from a file.
struct YamlPosition {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t source = 0;  // YamlOptions::source: tells files apart once their trees are merged

  bool operator==(const YamlPosition&) const = default;
};

struct YamlEntry;

struct YamlNode {
  enum class Kind : std::uint8_t { kNull, kScalar, kSequence, kMapping };

  Kind kind = Kind::kNull;
  bool quoted = false;             // '..', "..", | or >: text, whatever it looks like
  bool confidential = false;       // set by who puts secrets into it: messages must not show its text
  YamlPosition at;                 // of an alias: where the anchor's value stands
  std::string text;                // of a scalar; of a null as written ("", "~", "null")
  std::string tag;                 // "!reset", "tag:yaml.org,2002:str"; empty: none was written
  std::vector<YamlNode> items;     // of a sequence
  std::vector<YamlEntry> entries;  // of a mapping, in the order of the file

  [[nodiscard]] bool is_null() const { return kind == Kind::kNull; }
  [[nodiscard]] bool is_scalar() const { return kind == Kind::kScalar; }
  [[nodiscard]] bool is_sequence() const { return kind == Kind::kSequence; }
  [[nodiscard]] bool is_mapping() const { return kind == Kind::kMapping; }

  // The value of a key, or null; of anything but a mapping: null. Linear: iterate over entries to visit them all.
  [[nodiscard]] const YamlNode* find(std::string_view key) const;
  [[nodiscard]] YamlNode* find(std::string_view key);
  // Sets or replaces a key; of a null, makes a mapping first.
  YamlNode& set(std::string_view key, YamlNode value);
  bool erase(std::string_view key);

  static YamlNode null(YamlPosition at = {});
  // Text that means itself ("true" stays text).
  static YamlNode string(std::string_view text, YamlPosition at = {});
  // Text that is resolved ("true" becomes a boolean).
  static YamlNode plain(std::string_view text, YamlPosition at = {});
  static YamlNode integer(std::int64_t number, YamlPosition at = {});
  static YamlNode boolean(bool truth, YamlPosition at = {});
  static YamlNode sequence(YamlPosition at = {});
  static YamlNode mapping(YamlPosition at = {});
};

struct YamlEntry {
  std::string key;
  YamlPosition key_at;
  YamlNode value;
};

struct YamlOptions {
  std::string_view file = "<yaml>";  // names the document in errors
  std::uint32_t source = 0;          // copied into every position
  bool merge_keys = true;            // apply "<<"; otherwise it is a key like any other
  std::size_t bytes_max = 16u << 20;
  std::size_t depth_max = 100;
  std::size_t alias_nodes_max = 100'000;  // copied for anchors, aliases and merge keys: stops alias bombs
};

// The first document, or a null for a text without one. Later documents have to be valid, too, and are left out.
base::Result<YamlNode> parse_yaml(std::string_view text, const YamlOptions& options = {});
// All documents, separated by "---".
base::Result<std::vector<YamlNode>> parse_yaml_documents(std::string_view text, const YamlOptions& options = {});

// "compose.yaml:12:7"; the file alone when the position is unknown.
std::string to_string(std::string_view file, YamlPosition at);
// kInvalid, the operator's fault, "file:line:column: what".
[[nodiscard]] base::Failure yaml_error(std::string_view file, YamlPosition at, std::string_view what);

enum class YamlType : std::uint8_t { kNull, kBool, kInt, kFloat, kString, kSequence, kMapping };

// What a value is by YAML 1.2's core schema as go-yaml v3 reads it: null ~, true/True/TRUE, 0x 0o 0b and _ in
// integers, .inf .nan; 010 is octal; yes/no/on/off are strings; quoted or !!str: a string.
YamlType type_of(const YamlNode& node);
std::string_view to_string(YamlType type);  // "a mapping", "a number", for messages

// What a typed field takes: nullopt when the value is not of that type. A boolean may be yes/no/on/off/y/n and 1/0 or
// quoted; a number may be quoted.
std::optional<bool> to_bool(const YamlNode& node);
std::optional<std::int64_t> to_int(const YamlNode& node);
std::optional<double> to_double(const YamlNode& node);
// The text of a scalar as written, a null as ""; nullopt of sequences and mappings.
std::optional<std::string> to_text(const YamlNode& node);

}  // namespace gatehouse::format
