#include "model/decode.h"

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

base::Result<DynamicConfig> decode_dynamic(const format::YamlNode& document, std::string_view file) {
  BASE_TRY(const auto tree, tree_from_yaml(document, file));
  return decode_tree<DynamicConfig>(tree);
}

}  // namespace gatehouse::model
