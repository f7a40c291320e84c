#include "format/yaml.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace gatehouse::format {

const YamlNode* YamlNode::find(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &YamlEntry::key);
  return found == entries.end() ? nullptr : &found->value;
}

YamlNode* YamlNode::find(std::string_view key) { return const_cast<YamlNode*>(std::as_const(*this).find(key)); }

YamlNode& YamlNode::set(std::string_view key, YamlNode value) {
  kind = Kind::kMapping;
  if (auto* present = find(key)) return *present = std::move(value);
  const YamlPosition value_at = value.at;
  return entries.emplace_back(std::string(key), value_at, std::move(value)).value;
}

bool YamlNode::erase(std::string_view key) {
  return std::erase_if(entries, [&](const YamlEntry& entry) { return entry.key == key; }) > 0;
}

YamlNode YamlNode::null(YamlPosition at) {
  YamlNode node;
  node.at = at;
  return node;
}

YamlNode YamlNode::string(std::string_view text, YamlPosition at) {
  YamlNode node = plain(text, at);
  node.quoted = true;
  return node;
}

YamlNode YamlNode::plain(std::string_view text, YamlPosition at) {
  YamlNode node;
  node.kind = Kind::kScalar;
  node.at = at;
  node.text = text;
  return node;
}

YamlNode YamlNode::integer(std::int64_t number, YamlPosition at) { return plain(fmt::format("{}", number), at); }

YamlNode YamlNode::boolean(bool truth, YamlPosition at) { return plain(truth ? "true" : "false", at); }

YamlNode YamlNode::sequence(YamlPosition at) {
  YamlNode node;
  node.kind = Kind::kSequence;
  node.at = at;
  return node;
}

YamlNode YamlNode::mapping(YamlPosition at) {
  YamlNode node;
  node.kind = Kind::kMapping;
  node.at = at;
  return node;
}

std::string to_string(std::string_view file, YamlPosition at) {
  return at.line == 0 ? std::string(file) : fmt::format("{}:{}:{}", file, at.line, at.column);
}

base::Failure yaml_error(std::string_view file, YamlPosition at, std::string_view what) {
  return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator,
                    fmt::format("{}: {}", to_string(file, at), what));
}

}  // namespace gatehouse::format
