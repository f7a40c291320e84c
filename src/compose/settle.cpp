#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "compose/merge.h"
#include "compose/short_form.h"

namespace gatehouse::compose {

using format::YamlNode;

namespace {

// What makes an item of a list the same as another: both cannot stand side by side.
using Identity = std::string (*)(const YamlNode& item);

std::string text_of(const YamlNode* node, std::string_view otherwise = {}) {
  return node == nullptr || node->text.empty() ? std::string(otherwise) : node->text;
}

std::string whole_text(const YamlNode& item) { return item.text; }

// KEY of KEY=VALUE.
std::string key_of(const YamlNode& item) { return item.text.substr(0, item.text.find('=')); }

std::string target_of(const YamlNode& item) {
  if (item.is_mapping()) return text_of(item.find("target"));
  const auto mount = parse_mount(item.text, {});
  return mount ? mount->target : item.text;
}

std::string device_target(const YamlNode& item) {
  if (item.is_mapping()) return text_of(item.find("target"), text_of(item.find("source")));
  const auto device = parse_device(item.text, {});
  return device ? device->target : item.text;
}

std::string path_of(const YamlNode& item) { return item.is_mapping() ? text_of(item.find("path")) : item.text; }

std::string port_of(const YamlNode& item) {
  if (!item.is_mapping()) return item.text;
  return fmt::format("{}:{}:{}/{}", text_of(item.find("host_ip"), "0.0.0.0"), text_of(item.find("published")),
                     text_of(item.find("target")), text_of(item.find("protocol"), "tcp"));
}

std::string file_target(const YamlNode& item, std::string_view folder) {
  const auto target = item.is_mapping() ? text_of(item.find("target"), text_of(item.find("source"))) : item.text;
  return target.starts_with('/') ? target : fmt::format("{}/{}", folder, target);
}
std::string secret_target(const YamlNode& item) { return file_target(item, "/run/secrets"); }
std::string config_target(const YamlNode& item) { return file_target(item, ""); }

struct UniqueList {
  std::string_view key;  // of a service
  Identity identity;
};

constexpr std::array<UniqueList, 23> kUniqueLists = {
    {{"annotations", key_of},     {"cap_add", whole_text},   {"cap_drop", whole_text},   {"configs", config_target},
     {"devices", device_target},  {"dns", whole_text},       {"dns_opt", whole_text},    {"dns_search", whole_text},
     {"env_file", path_of},       {"environment", key_of},   {"expose", whole_text},     {"external_links", whole_text},
     {"extra_hosts", whole_text}, {"group_add", whole_text}, {"labels", key_of},         {"links", whole_text},
     {"ports", port_of},          {"profiles", whole_text},  {"secrets", secret_target}, {"security_opt", whole_text},
     {"sysctls", key_of},         {"tmpfs", whole_text},     {"volumes", target_of}}};

void remove_reset(YamlNode& node) {
  std::erase_if(node.entries, [](const auto& entry) { return entry.value.tag == "!reset"; });
  std::erase_if(node.items, [](const auto& item) { return item.tag == "!reset"; });
  if (node.tag == "!override") node.tag.clear();
  for (auto& entry : node.entries) remove_reset(entry.value);
  for (auto& item : node.items) remove_reset(item);
}

// compose lets the later of two mounts win in silence even within one file, where it can only be a mistake.
bool is_double_mount(std::string_view key, const YamlNode& first, const YamlNode& second) {
  return key == "volumes" && first.at.source == second.at.source && first.at != second.at;
}

void keep_last(YamlNode& list, const UniqueList& unique, std::string_view service, Problems& problems) {
  std::map<std::string, std::size_t> places;
  std::vector<YamlNode> kept;
  for (auto& item : list.items) {
    const auto [place, added] = places.try_emplace(unique.identity(item), kept.size());
    if (added) {
      kept.push_back(std::move(item));
      continue;
    }
    auto& first = kept[place->second];
    if (is_double_mount(unique.key, first, item)) {
      problems.error(item.at,
                     fmt::format("services.{}.volumes: two mounts have {}; the other stands in line {}", service,
                                 item.confidential ? "one target" : "the target " + place->first, first.at.line));
    }
    first = std::move(item);
  }
  list.items = std::move(kept);
}

}  // namespace

void settle_file(YamlNode& file, Problems& problems) {
  remove_reset(file);
  auto* services = file.find("services");
  if (services == nullptr) return;
  for (auto& service : services->entries) {
    for (const auto& unique : kUniqueLists) {
      auto* list = service.value.find(unique.key);
      if (list != nullptr && list->is_sequence()) keep_last(*list, unique, service.key, problems);
    }
  }
}

}  // namespace gatehouse::compose
