#include "model/tree.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "format/yaml.h"
#include "model/rule_utf8.h"

namespace gatehouse::model {

namespace {

base::Failure bad_name(std::string_view what, std::string_view where) {
  return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator, fmt::format("{}: {}", where, what));
}

base::Failure too_much(std::string_view where, std::string_view what) {
  return base::fail(base::ErrorCode::kLimit, base::Fault::kOperator, fmt::format("{}: {}", where, what));
}

// "http.tls.domains[0].main" -> http tls domains [0] main
base::Result<std::vector<std::string_view>> split_name(std::string_view name, char separator, std::string_view where) {
  std::vector<std::string_view> parts;
  for (auto part : base::split(name, separator)) {
    if (part.empty()) return bad_name("a part of the name is empty: look for two dots, or one at the end", where);
    if (part.front() == '[') return bad_name("an index needs a name before it", where);
    if (const auto bracket = part.find('['); bracket != std::string_view::npos && part.back() == ']') {
      parts.push_back(part.substr(0, bracket));
      part.remove_prefix(bracket);
    }
    parts.push_back(part);
  }
  if (parts.size() > kTreeDepthMax) {
    return too_much(where, fmt::format("the name has more than {} parts", kTreeDepthMax));
  }
  return parts;
}

Node& child_of(Node& node, std::string_view name) {
  // Names come sorted, so the one that was added last is the likely one.
  const auto found = std::find_if(node.children.rbegin(), node.children.rend(),
                                  [&](const Node& child) { return base::iequals(child.name, name); });
  if (found != node.children.rend()) return *found;
  auto& child = node.children.emplace_back();
  child.name = name;
  return child;
}

base::Result<void> add(Node& root, const std::vector<std::string_view>& parts, std::string_view value,
                       std::string_view where) {
  // Where such bytes are replaced later, two names could become one.
  if (!is_utf8(where) || !is_utf8(value))
    return bad_name("a name or a value is not UTF-8", with_replacement_characters(where));
  auto* node = &root;
  for (const auto part : parts) node = &child_of(*node, part);
  node->value = value;
  node->where = where;
  return {};
}

bool is_below(std::string_view name, std::string_view prefix) {
  return name.size() >= prefix.size() && base::iequals(name.substr(0, prefix.size()), prefix) &&
         (name.size() == prefix.size() || name[prefix.size()] == '.' || name[prefix.size()] == '[');
}

base::Result<void> check_count(std::size_t count, std::string_view what) {
  if (count <= kTreeEntriesMax) return {};
  return too_much(what, fmt::format("more than {} of them", kTreeEntriesMax));
}

base::Result<Node> node_of_yaml(const format::YamlNode& yaml, std::string_view file, std::size_t depth) {
  Node node;
  node.where = format::to_string(file, yaml.at);
  if (depth > kTreeDepthMax) return too_much(node.where, fmt::format("nested deeper than {}", kTreeDepthMax));
  node.collection = yaml.is_mapping() || yaml.is_sequence();
  if (yaml.is_scalar()) node.value = yaml.text;
  for (const auto& item : yaml.items) {
    BASE_TRY(auto child, node_of_yaml(item, file, depth + 1));
    child.name = fmt::format("[{}]", node.children.size());
    node.children.push_back(std::move(child));
  }
  for (const auto& entry : yaml.entries) {
    BASE_TRY(auto child, node_of_yaml(entry.value, file, depth + 1));
    child.name = entry.key;
    child.where = format::to_string(file, entry.key_at);
    node.children.push_back(std::move(child));
  }
  return node;
}

}  // namespace

const Node* Node::find(std::string_view child) const {
  const auto found = std::ranges::find_if(children, [&](const Node& node) { return base::iequals(node.name, child); });
  return found == children.end() ? nullptr : &*found;
}

base::Result<Tree> tree_from_labels(const std::map<std::string, std::string>& labels,
                                    const std::vector<std::string_view>& prefixes) {
  constexpr std::string_view kRoot = "traefik";
  Tree tree{Syntax::kLabels, {}};
  tree.root.name = kRoot;
  BASE_CHECK(check_count(labels.size(), "labels"));
  for (const auto& [name, value] : labels) {
    const auto wanted = [&](std::string_view prefix) { return is_below(name, prefix); };
    if (!std::ranges::any_of(prefixes, wanted)) continue;
    if (!name.starts_with(kRoot)) return bad_name("a label begins with traefik, in lower case", name);
    BASE_TRY(auto parts, split_name(name, '.', name));
    parts.erase(parts.begin());
    if (parts.empty()) continue;
    BASE_CHECK(add(tree.root, parts, value, name));
  }
  return tree;
}

base::Result<Tree> tree_from_flags(const Entries& flags) {
  Tree tree{Syntax::kFlags, {}};
  tree.root.name = "traefik";
  BASE_CHECK(check_count(flags.size(), "flags"));
  for (const auto& [name, value] : flags) {
    const auto where = "--" + name;
    BASE_TRY(const auto parts, split_name(name, '.', where));
    BASE_CHECK(add(tree.root, parts, value, where));
  }
  return tree;
}

base::Result<Tree> tree_from_environment(const Entries& variables) {
  constexpr std::string_view kPrefix = "TRAEFIK_";
  Tree tree{Syntax::kEnvironment, {}};
  tree.root.name = "TRAEFIK";
  BASE_CHECK(check_count(variables.size(), "environment variables"));
  auto sorted = variables;
  std::ranges::sort(sorted);
  for (const auto& [name, value] : sorted) {
    if (!name.starts_with(kPrefix)) continue;
    const auto lower = base::to_lower(std::string_view(name).substr(kPrefix.size()));
    BASE_TRY(const auto parts, split_name(lower, '_', name));
    BASE_CHECK(add(tree.root, parts, value, name));
  }
  return tree;
}

base::Result<Tree> tree_from_yaml(const format::YamlNode& document, std::string_view file) {
  Tree tree{Syntax::kFile, {}};
  BASE_TRY(tree.root, node_of_yaml(document, file, 0));
  if (!document.is_mapping() && !document.is_null()) {
    return bad_name("a mapping is expected, such as http: or entryPoints:", tree.root.where);
  }
  return tree;
}

}  // namespace gatehouse::model
