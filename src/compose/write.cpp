#include "compose/write.h"

#include "compose/tree_builder.h"
#include "format/yaml_write.h"

namespace gatehouse::compose {

using format::YamlNode;

namespace {

YamlNode network_tree(const Network& network) {
  TreeBuilder tree;
  tree.text("name", network.name);
  tree.flag("external", network.external);
  tree.text("driver", network.driver);
  tree.options("driver_opts", network.driver_opts);
  tree.flag("internal", network.internal);
  tree.flag("attachable", network.attachable);
  tree.flag("enable_ipv4", network.enable_ipv4);
  tree.flag("enable_ipv6", network.enable_ipv6);
  tree.labels("labels", network.labels);
  TreeBuilder ipam;
  ipam.text("driver", network.ipam_driver);
  ipam.options("options", network.ipam_options);
  auto configs = YamlNode::sequence();
  for (const auto& config : network.ipam) {
    TreeBuilder item;
    item.text("subnet", config.subnet);
    item.text("ip_range", config.ip_range);
    item.text("gateway", config.gateway);
    item.options("aux_addresses", config.aux_addresses);
    configs.items.push_back(item.take());
  }
  ipam.node("config", std::move(configs));
  tree.node("ipam", ipam.take());
  return tree.take();
}

YamlNode volume_tree(const Volume& volume) {
  TreeBuilder tree;
  tree.text("name", volume.name);
  tree.flag("external", volume.external);
  tree.text("driver", volume.driver);
  tree.options("driver_opts", volume.driver_opts);
  tree.labels("labels", volume.labels);
  return tree.take();
}

YamlNode file_object_tree(const FileObject& object) {
  TreeBuilder tree;
  tree.text("name", object.name);
  tree.flag("external", object.external);
  tree.text("file", object.file.string());
  tree.text("environment", object.environment);
  tree.text("content", object.content);
  tree.labels("labels", object.labels);
  tree.text("driver", object.driver);
  tree.options("driver_opts", object.driver_opts);
  tree.text("template_driver", object.template_driver);
  return tree.take();
}

template <class Items, class ToTree>
void add_used(TreeBuilder& tree, std::string_view section, const Items& items, ToTree item_tree) {
  auto mapping = YamlNode::mapping();
  for (const auto& [key, item] : items) {
    if (item.used) mapping.set(key, item_tree(item));
  }
  tree.node(section, std::move(mapping));
}

void escape_tree(YamlNode& node) {
  if (node.is_scalar()) node.text = escape_dollars(node.text);
  for (auto& entry : node.entries) escape_tree(entry.value);
  for (auto& item : node.items) escape_tree(item);
}

YamlNode escaped_tree(const Project& project) {
  auto tree = to_tree(project);
  escape_tree(tree);
  return tree;
}

}  // namespace

YamlNode to_tree(const Project& project) {
  TreeBuilder tree;
  tree.text("name", project.name);
  auto services = YamlNode::mapping();
  for (const auto& [name, service] : project.services) services.set(name, to_tree(service));
  tree.node("services", std::move(services));
  add_used(tree, "networks", project.networks, network_tree);
  add_used(tree, "volumes", project.volumes, volume_tree);
  add_used(tree, "secrets", project.secrets, file_object_tree);
  add_used(tree, "configs", project.configs, file_object_tree);
  for (const auto& entry : project.extensions.entries) tree.node(entry.key, entry.value);
  auto node = tree.take();
  for (auto& entry : node.entries) format::sort_keys(entry.value);
  return node;
}

std::string to_yaml(const Project& project) { return format::to_yaml(escaped_tree(project)); }

std::string to_json(const Project& project) { return format::to_json(escaped_tree(project)); }

}  // namespace gatehouse::compose
