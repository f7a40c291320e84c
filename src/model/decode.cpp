#include "model/decode.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "format/yaml.h"
#include "model/decoder.h"
#include "model/reflect.h"
#include "model/tree.h"

namespace gatehouse::model {

namespace {

template <class T>
base::Result<T> decode_tree(const Tree& tree) {
  T config;
  Decoder decoder(tree.syntax);
  decoder.decode_root(type_of<T>(), &config, tree.root);
  BASE_CHECK(decoder.finish());
  return config;
}

}  // namespace

base::Result<DynamicConfig> decode_labels(const Labels& labels) {
  BASE_TRY(const auto tree,
           tree_from_labels(labels, {"traefik.http", "traefik.tcp", "traefik.udp", "traefik.tls.stores.default"}));
  return decode_tree<DynamicConfig>(tree);
}

base::Result<ContainerLabels> decode_container_labels(const Labels& labels) {
  BASE_TRY(const auto tree, tree_from_labels(labels, {"traefik.enable", "traefik.docker", "traefik.swarm"}));
  return decode_tree<ContainerLabels>(tree);
}

std::vector<std::string> stray_labels(const Labels& labels) {
  const std::vector<std::string_view> roots{"http", "tcp", "udp", "tls", "enable", "docker", "swarm"};
  std::vector<std::string> lines;
  for (const auto& [name, value] : labels) {
    const auto parts = base::split(name, '.');
    if (parts.size() < 2 || !base::iequals(parts[0], "traefik")) continue;
    if (std::ranges::any_of(roots, [&](std::string_view root) { return base::iequals(parts[1], root); })) continue;
    const auto near = base::nearest(parts[1], roots);
    lines.push_back(near.empty() ? fmt::format("{} is read by nobody", name)
                                 : fmt::format("{} is read by nobody: did you mean traefik.{}{}?", name, near,
                                               name.substr(parts[0].size() + 1 + parts[1].size())));
  }
  return lines;
}

base::Result<DynamicConfig> decode_dynamic(const format::YamlNode& document, std::string_view file) {
  BASE_TRY(const auto tree, tree_from_yaml(document, file));
  return decode_tree<DynamicConfig>(tree);
}

}  // namespace gatehouse::model
