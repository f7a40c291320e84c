// Reads the keys of one mapping into typed fields: what is missing or null leaves the field alone, what does not parse
// becomes an error at its place. Kinds were checked against the schema before. Used by the decode_*.cpp files alone.
#pragma once

#include <string>
#include <string_view>

#include "compose/service.h"
#include "compose/sources.h"
#include "format/yaml.h"

namespace gatehouse::compose {

struct Decoding {
  const Sources& sources;
  Problems& problems;
};

class FieldReader {
 public:
  // path: "services.web.deploy", for messages. The node must outlive the reader.
  FieldReader(const format::YamlNode& node, std::string path, Decoding decoding)
      : node_(node), path_(std::move(path)), decoding_(decoding) {}

  // The value of a key, unless it is missing or null.
  [[nodiscard]] const format::YamlNode* find(std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
  [[nodiscard]] Position at() const { return node_.at; }
  [[nodiscard]] const format::YamlNode& node() const { return node_; }
  [[nodiscard]] const Decoding& decoding() const { return decoding_; }
  [[nodiscard]] std::string path_of(std::string_view key) const;
  // A reader for the mapping under a key; of an empty mapping when there is none.
  [[nodiscard]] FieldReader under(std::string_view key) const;

  void text(std::string_view key, std::string& field) const;
  void flag(std::string_view key, bool& field) const;
  void flag(std::string_view key, std::optional<bool>& field) const;
  void integer(std::string_view key, std::optional<std::int64_t>& field) const;
  void number(std::string_view key, std::optional<double>& field) const;
  void size(std::string_view key, std::optional<std::int64_t>& field) const;
  void duration(std::string_view key, std::optional<Duration>& field) const;
  void texts(std::string_view key, Strings& field) const;  // one text or a list
  void located(std::string_view key, std::vector<Located>& field) const;
  void options(std::string_view key, StringMap& field) const;      // a mapping or a list of KEY=VALUE
  void labels(std::string_view key, LocatedMap& field) const;      // the same, with places; null is ""
  void variables(std::string_view key, VariableMap& field) const;  // the same; null stays nothing
  void hosts(std::string_view key, HostMap& field) const;
  void ulimits(std::string_view key, Ulimits& field) const;
  // A path, made absolute against the folder of its file. "~" is the home folder.
  void path(std::string_view key, std::string& field) const;

  void fail(const format::YamlNode& value, std::string_view key, std::string_view what) const;
  void warn(const format::YamlNode& value, std::string_view key, std::string_view what) const;

 private:
  const format::YamlNode& node_;
  std::string path_;
  Decoding decoding_;
};

// The path that a value means: absolute, without "." and "..", against the folder of the file that the value stands in.
std::string absolute_path(std::string_view path, Position at, const Sources& sources);

}  // namespace gatehouse::compose
