#include "compose/merge.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "compose/quantity.h"

namespace gatehouse::compose {

using format::YamlEntry;
using format::YamlNode;

namespace {

using Path = std::vector<std::string_view>;

// Patterns have "*" for any one key.
bool matches(const Path& path, std::string_view pattern) {
  const auto parts = base::split(pattern, '.');
  return std::ranges::equal(path, parts, [](auto key, auto part) { return part == "*" || key == part; });
}

template <std::size_t size>
bool matches_any(const Path& path, const std::array<std::string_view, size>& patterns) {
  return std::ranges::any_of(patterns, [&](auto pattern) { return matches(path, pattern); });
}

constexpr std::array<std::string_view, 4> kReplaced = {"services.*.command", "services.*.entrypoint",
                                                       "services.*.healthcheck.test", "services.*.gpus"};
// KEY=VALUE lists and mappings alike, or single texts and lists: lists of texts before they are appended.
constexpr std::array<std::string_view, 21> kSequences = {"networks.*.labels",
                                                         "volumes.*.labels",
                                                         "secrets.*.labels",
                                                         "configs.*.labels",
                                                         "services.*.annotations",
                                                         "services.*.build.args",
                                                         "services.*.build.additional_contexts",
                                                         "services.*.build.extra_hosts",
                                                         "services.*.build.labels",
                                                         "services.*.deploy.labels",
                                                         "services.*.dns",
                                                         "services.*.dns_opt",
                                                         "services.*.dns_search",
                                                         "services.*.env_file",
                                                         "services.*.label_file",
                                                         "services.*.environment",
                                                         "services.*.extra_hosts",
                                                         "services.*.labels",
                                                         "services.*.sysctls",
                                                         "services.*.tmpfs",
                                                         "services.*.build.ssh"};
// Lists of names that stand for mappings.
constexpr std::array<std::string_view, 3> kMappings = {"services.*.depends_on", "services.*.networks",
                                                       "services.*.models"};

// "KEY=VALUE" of a mapping's entry; KEY alone stands for null.
YamlNode key_value_item(const YamlEntry& entry, const YamlNode& value) {
  auto item = YamlNode::string(entry.key, entry.key_at);
  if (!value.is_null()) item.text += "=" + text_of_scalar(value);
  item.confidential = value.confidential;
  return item;
}

YamlNode to_sequence(YamlNode node) {
  if (node.is_sequence()) return node;
  auto sequence = YamlNode::sequence(node.at);
  if (node.is_scalar()) {
    sequence.items.push_back(std::move(node));
    return sequence;
  }
  for (const auto& entry : node.entries) {
    if (!entry.value.is_sequence()) {
      sequence.items.push_back(key_value_item(entry, entry.value));
      continue;
    }
    for (const auto& value : entry.value.items) sequence.items.push_back(key_value_item(entry, value));
  }
  return sequence;
}

YamlNode to_mapping(YamlNode node, const Path& path) {
  if (!node.is_sequence()) return node;
  auto mapping = YamlNode::mapping(node.at);
  for (auto& item : node.items) {
    auto value = YamlNode::null(item.at);
    if (path.back() == "depends_on") value.set("condition", YamlNode::string("service_started", item.at));
    mapping.entries.push_back({std::move(item.text), item.at, std::move(value)});
  }
  return mapping;
}

// `KEY: !reset null` in a mapping goes for KEY=VALUE items, too.
void remove_reset_keys(YamlNode& sequence, YamlNode& over) {
  for (const auto& entry : over.entries) {
    if (entry.value.tag != "!reset") continue;
    const auto is_meant = [&](const YamlNode& item) { return item.text.substr(0, item.text.find('=')) == entry.key; };
    std::erase_if(sequence.items, is_meant);
  }
  std::erase_if(over.entries, [](const YamlEntry& entry) { return entry.value.tag == "!reset"; });
}

class Merger {
 public:
  explicit Merger(Problems& problems) : problems_(problems) {}

  void merge(YamlNode& base, YamlNode over, Path& path) {
    const bool is_replaced =
        over.tag == "!override" || over.tag == "!reset" || base.tag == "!reset" || matches_any(path, kReplaced);
    // A null says nothing.
    if (over.is_null() && !is_replaced) return;
    if (is_replaced || base.is_null() || changes_driver(base, over, path)) {
      base = std::move(over);
    } else if (matches_any(path, kSequences)) {
      base = to_sequence(std::move(base));
      remove_reset_keys(base, over);
      append(base, to_sequence(std::move(over)));
    } else if (matches_any(path, kMappings)) {
      base = to_mapping(std::move(base), path);
      merge_mappings(base, to_mapping(std::move(over), path), path);
    } else if (matches(path, "services.*.build")) {
      merge_mappings(as_build(base), std::move(as_build(over)), path);
    } else if (matches(path, "networks.*.ipam.config")) {
      merge_subnets(base, std::move(over), path);
    } else {
      merge_kinds(base, std::move(over), path);
    }
  }

 private:
  void merge_kinds(YamlNode& base, YamlNode over, Path& path) {
    if (base.is_mapping() && over.is_mapping()) {
      merge_mappings(base, std::move(over), path);
    } else if (base.is_sequence() && over.is_sequence()) {
      append(base, std::move(over));
    } else if ((base.is_mapping() || over.is_mapping() || base.is_sequence() || over.is_sequence()) &&
               !matches(path, "services.*.ulimits.*")) {
      const auto whole = fmt::format("{}", fmt::join(path, "."));
      problems_.error(over.at, fmt::format("{} is {} here and {} in what it changes; write both alike, or tag this "
                                           "one !override",
                                           whole, format::to_string(format::type_of(over)),
                                           format::to_string(format::type_of(base))));
    } else {
      base = std::move(over);
    }
  }

  void merge_mappings(YamlNode& base, YamlNode over, Path& path) {
    for (auto& entry : over.entries) {
      auto* present = base.find(entry.key);
      if (present == nullptr) {
        base.entries.push_back(std::move(entry));
        continue;
      }
      if (entry.key.starts_with("x-")) {
        *present = std::move(entry.value);
        continue;
      }
      path.push_back(entry.key);
      merge(*present, std::move(entry.value), path);
      path.pop_back();
      // The place of a key is where it was said last.
      std::ranges::find(base.entries, entry.key, &YamlEntry::key)->key_at = entry.key_at;
    }
  }

  static void append(YamlNode& base, YamlNode over) {
    for (auto& item : over.items) base.items.push_back(std::move(item));
  }

  static YamlNode& as_build(YamlNode& node) {
    if (!node.is_scalar()) return node;
    auto build = YamlNode::mapping(node.at);
    build.set("context", std::move(node));
    return node = std::move(build);
  }

  // Options of one logging driver mean nothing to another.
  static bool changes_driver(const YamlNode& base, const YamlNode& over, const Path& path) {
    if (!matches(path, "services.*.logging")) return false;
    const auto* driver = base.find("driver");
    const auto* other = over.find("driver");
    return driver != nullptr && other != nullptr && driver->text != other->text;
  }

  static std::string_view subnet_of(const YamlNode& config) {
    const auto* subnet = config.find("subnet");
    return subnet == nullptr ? std::string_view() : subnet->text;
  }

  void merge_subnets(YamlNode& base, YamlNode over, Path& path) {
    for (auto& config : over.items) {
      const auto same =
          std::ranges::find_if(base.items, [&](const auto& other) { return subnet_of(other) == subnet_of(config); });
      if (same == base.items.end()) {
        base.items.push_back(std::move(config));
      } else {
        merge_mappings(*same, std::move(config), path);
      }
    }
  }

  Problems& problems_;
};

}  // namespace

void merge_file(YamlNode& base, YamlNode over, Problems& problems) {
  Path path;
  Merger(problems).merge(base, std::move(over), path);
}

void merge_service(YamlNode& base, YamlNode over, Problems& problems) {
  Path path = {"services", "*"};
  Merger(problems).merge(base, std::move(over), path);
}

}  // namespace gatehouse::compose
