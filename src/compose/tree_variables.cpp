#include "compose/tree_variables.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace gatehouse::compose {

using format::YamlNode;

void interpolate_tree(YamlNode& node, const Lookup& lookup, Problems& problems) {
  if (node.tag == "!reset") return;
  for (auto& entry : node.entries) interpolate_tree(entry.value, lookup, problems);
  for (auto& item : node.items) interpolate_tree(item, lookup, problems);
  if (!node.is_scalar() || !node.text.contains('$')) return;
  auto result = interpolate(node.text, lookup);
  if (!result) {
    problems.error(node.at, result.error().message);
    return;
  }
  for (const auto& name : result->unset) {
    problems.warn(node.at, fmt::format("the variable {} is not set and becomes empty; set it in .env, or give it a "
                                       "default as in ${{{}:-value}}",
                                       name, name));
  }
  const auto references = find_references(node.text);
  node.confidential = !references || !references->empty();
  node.text = std::move(result->text);
  node.quoted = true;
}

void collect_tree_variables(const YamlNode& node, const Lookup& lookup, std::vector<VariableUse>& uses) {
  for (const auto& entry : node.entries) collect_tree_variables(entry.value, lookup, uses);
  for (const auto& item : node.items) collect_tree_variables(item, lookup, uses);
  if (!node.is_scalar() || !node.text.contains('$')) return;
  auto references = find_references(node.text);
  if (!references) return;
  for (auto& reference : *references) {
    const auto value = lookup(reference.name);
    const bool set = value && !(reference.empty_counts_as_unset && value->empty());
    uses.push_back({std::move(reference), node.at, set});
  }
}

void settle_variables(std::vector<VariableUse>& uses) {
  const auto order = [](const VariableUse& use) {
    return std::tie(use.at.source, use.at.line, use.at.column, use.reference.name, use.reference.need,
                    use.reference.word);
  };
  std::ranges::sort(uses, {}, order);
  const auto same = [](const VariableUse& a, const VariableUse& b) {
    return a.at == b.at && a.reference == b.reference;
  };
  const auto repeated = std::ranges::unique(uses, same);
  uses.erase(repeated.begin(), repeated.end());
}

}  // namespace gatehouse::compose
