#include <fmt/format.h>

#include "compose/tree_builder.h"

namespace gatehouse::compose {

using format::YamlNode;

namespace {

YamlNode resources_tree(const Resources& resources) {
  TreeBuilder tree;
  // compose prints these as text.
  if (resources.cpus) tree.text("cpus", fmt::format("{}", *resources.cpus));
  tree.size("memory", resources.memory_bytes);
  tree.integer("pids", resources.pids);
  tree.node("devices", to_tree(resources.devices));
  return tree.take();
}

YamlNode update_tree(const UpdateConfig& config) {
  TreeBuilder tree;
  tree.integer("parallelism", config.parallelism);
  tree.duration("delay", config.delay);
  tree.duration("monitor", config.monitor);
  tree.text("failure_action", config.failure_action);
  tree.number("max_failure_ratio", config.max_failure_ratio);
  tree.text("order", config.order);
  return tree.take();
}

YamlNode restart_policy_tree(const RestartPolicy& policy) {
  TreeBuilder tree;
  tree.text("condition", policy.condition);
  tree.duration("delay", policy.delay);
  tree.duration("window", policy.window);
  tree.integer("max_attempts", policy.max_attempts);
  return tree.take();
}

YamlNode placement_tree(const Deploy& deploy) {
  TreeBuilder tree;
  tree.texts("constraints", deploy.placement_constraints);
  auto preferences = YamlNode::sequence();
  for (const auto& spread : deploy.placement_spread) {
    TreeBuilder item;
    item.text("spread", spread);
    preferences.items.push_back(item.take());
  }
  tree.node("preferences", std::move(preferences));
  tree.integer("max_replicas_per_node", deploy.max_replicas_per_node);
  return tree.take();
}

}  // namespace

YamlNode to_tree(const Build& build) {
  TreeBuilder tree;
  tree.text("context", build.context);
  tree.text("dockerfile", build.dockerfile);
  tree.text("dockerfile_inline", build.dockerfile_inline);
  tree.text("target", build.target);
  tree.text("network", build.network);
  tree.text("isolation", build.isolation);
  tree.variables("args", build.args);
  tree.labels("labels", build.labels);
  tree.options("additional_contexts", build.additional_contexts);
  tree.hosts("extra_hosts", build.extra_hosts);
  tree.texts("cache_from", build.cache_from);
  tree.texts("cache_to", build.cache_to);
  tree.texts("tags", build.tags);
  tree.texts("platforms", build.platforms);
  tree.texts("entitlements", build.entitlements);
  tree.texts("ssh", build.ssh);
  tree.node("secrets", to_tree(build.secrets));
  tree.ulimits("ulimits", build.ulimits);
  tree.size("shm_size", build.shm_size_bytes);
  tree.flag("no_cache", build.no_cache);
  tree.flag("pull", build.pull);
  tree.flag("privileged", build.privileged);
  return tree.take();
}

YamlNode to_tree(const std::vector<DeviceRequest>& requests) {
  auto list = YamlNode::sequence();
  for (const auto& request : requests) {
    TreeBuilder item;
    item.text("driver", request.driver);
    item.integer("count", request.count);
    item.texts("device_ids", request.device_ids);
    item.texts("capabilities", request.capabilities);
    item.options("options", request.options);
    list.items.push_back(item.take());
  }
  return list;
}

YamlNode to_tree(const Deploy& deploy) {
  TreeBuilder tree;
  tree.text("mode", deploy.mode);
  tree.text("endpoint_mode", deploy.endpoint_mode);
  tree.integer("replicas", deploy.replicas);
  tree.labels("labels", deploy.labels);
  TreeBuilder resources;
  resources.node("limits", resources_tree(deploy.limits));
  resources.node("reservations", resources_tree(deploy.reservations));
  tree.node("resources", resources.take());
  if (deploy.update_config) tree.node("update_config", update_tree(*deploy.update_config));
  if (deploy.rollback_config) tree.node("rollback_config", update_tree(*deploy.rollback_config));
  if (deploy.restart_policy) tree.node("restart_policy", restart_policy_tree(*deploy.restart_policy));
  tree.node("placement", placement_tree(deploy));
  return tree.take();
}

}  // namespace gatehouse::compose
