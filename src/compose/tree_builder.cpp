#include "compose/tree_builder.h"

#include <fmt/format.h>

#include "compose/quantity.h"

namespace gatehouse::compose {

using format::YamlNode;

void TreeBuilder::text(std::string_view key, std::string_view value) {
  if (!value.empty()) node_.set(key, YamlNode::string(value));
}

void TreeBuilder::flag(std::string_view key, bool value) {
  if (value) node_.set(key, YamlNode::boolean(true));
}

void TreeBuilder::flag(std::string_view key, std::optional<bool> value) {
  if (value) node_.set(key, YamlNode::boolean(*value));
}

void TreeBuilder::integer(std::string_view key, std::optional<std::int64_t> value) {
  if (value) node_.set(key, YamlNode::integer(*value));
}

void TreeBuilder::number(std::string_view key, std::optional<double> value) {
  if (value) node_.set(key, YamlNode::plain(fmt::format("{}", *value)));
}

void TreeBuilder::size(std::string_view key, std::optional<std::int64_t> bytes) {
  if (bytes) node_.set(key, YamlNode::string(fmt::format("{}", *bytes)));
}

void TreeBuilder::duration(std::string_view key, std::optional<Duration> value) {
  if (value) node_.set(key, YamlNode::string(format_duration(*value)));
}

void TreeBuilder::texts(std::string_view key, const Strings& values) { node(key, text_list(values)); }

void TreeBuilder::located(std::string_view key, const std::vector<Located>& values) {
  auto list = YamlNode::sequence();
  for (const auto& value : values) list.items.push_back(YamlNode::string(value.text));
  node(key, std::move(list));
}

void TreeBuilder::options(std::string_view key, const StringMap& values) {
  auto mapping = YamlNode::mapping();
  for (const auto& [name, value] : values) mapping.entries.push_back({name, {}, YamlNode::string(value)});
  node(key, std::move(mapping));
}

void TreeBuilder::labels(std::string_view key, const LocatedMap& values) {
  auto mapping = YamlNode::mapping();
  for (const auto& [name, value] : values) mapping.entries.push_back({name, {}, YamlNode::string(value.text)});
  node(key, std::move(mapping));
}

void TreeBuilder::variables(std::string_view key, const VariableMap& values) {
  auto mapping = YamlNode::mapping();
  for (const auto& [name, variable] : values) {
    auto value = variable.value ? YamlNode::string(*variable.value) : YamlNode::null();
    mapping.entries.push_back({name, {}, std::move(value)});
  }
  node(key, std::move(mapping));
}

void TreeBuilder::hosts(std::string_view key, const HostMap& values) {
  auto list = YamlNode::sequence();
  for (const auto& [name, addresses] : values) {
    for (const auto& address : addresses) list.items.push_back(YamlNode::string(fmt::format("{}={}", name, address)));
  }
  node(key, std::move(list));
}

void TreeBuilder::ulimits(std::string_view key, const Ulimits& values) {
  auto mapping = YamlNode::mapping();
  for (const auto& [name, limit] : values) {
    TreeBuilder both;
    both.integer("hard", limit.hard);
    both.integer("soft", limit.soft);
    mapping.set(name, limit.soft == limit.hard ? YamlNode::integer(limit.soft) : both.take());
  }
  node(key, std::move(mapping));
}

void TreeBuilder::node(std::string_view key, YamlNode value) {
  if ((value.is_mapping() && value.entries.empty()) || (value.is_sequence() && value.items.empty())) return;
  node_.set(key, std::move(value));
}

void TreeBuilder::present(std::string_view key, YamlNode value) { node_.set(key, std::move(value)); }

YamlNode text_list(const Strings& values) {
  auto list = YamlNode::sequence();
  for (const auto& value : values) list.items.push_back(YamlNode::string(value));
  return list;
}

}  // namespace gatehouse::compose
