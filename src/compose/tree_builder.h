// Builds one mapping of a tree, leaving out what is empty or not set. Used by write*.cpp alone.
#pragma once

#include <string>
#include <string_view>

#include "compose/service.h"
#include "format/yaml.h"

namespace gatehouse::compose {

class TreeBuilder {
 public:
  TreeBuilder() : node_(format::YamlNode::mapping()) {}

  void text(std::string_view key, std::string_view value);
  void flag(std::string_view key, bool value);  // false is left out
  void flag(std::string_view key, std::optional<bool> value);
  void integer(std::string_view key, std::optional<std::int64_t> value);
  void number(std::string_view key, std::optional<double> value);
  void size(std::string_view key, std::optional<std::int64_t> bytes);  // compose prints sizes as text
  void duration(std::string_view key, std::optional<Duration> value);
  void texts(std::string_view key, const Strings& values);
  void located(std::string_view key, const std::vector<Located>& values);
  void options(std::string_view key, const StringMap& values);
  void labels(std::string_view key, const LocatedMap& values);
  void variables(std::string_view key, const VariableMap& values);
  void hosts(std::string_view key, const HostMap& values);
  void ulimits(std::string_view key, const Ulimits& values);
  // Left out when it is an empty mapping or list.
  void node(std::string_view key, format::YamlNode value);
  // Written whatever it is.
  void present(std::string_view key, format::YamlNode value);

  format::YamlNode take() { return std::move(node_); }

 private:
  format::YamlNode node_;
};

format::YamlNode text_list(const Strings& values);

// Parts that are large enough for a file of their own.
format::YamlNode to_tree(const Build& build);
format::YamlNode to_tree(const Deploy& deploy);
format::YamlNode to_tree(const std::vector<DeviceRequest>& requests);
format::YamlNode to_tree(const std::vector<FileMount>& mounts);

}  // namespace gatehouse::compose
