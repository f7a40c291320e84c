#include <fmt/format.h>

#include "compose/tree_builder.h"
#include "compose/write.h"

namespace gatehouse::compose {

using format::YamlNode;

namespace {

YamlNode ports_tree(const std::vector<Port>& ports) {
  auto list = YamlNode::sequence();
  for (const auto& port : ports) {
    TreeBuilder item;
    item.text("name", port.name);
    item.text("mode", port.mode);
    item.text("host_ip", port.host_ip);
    item.integer("target", port.target);
    item.text("published", port.published);
    item.text("protocol", port.protocol);
    item.text("app_protocol", port.app_protocol);
    list.items.push_back(item.take());
  }
  return list;
}

YamlNode mount_tree(const Mount& mount) {
  TreeBuilder tree;
  tree.text("type", mount.type);
  tree.text("source", mount.source);
  tree.text("target", mount.target);
  tree.flag("read_only", mount.read_only);
  tree.text("consistency", mount.consistency);
  TreeBuilder bind;
  if (mount.type == "bind") bind.flag("create_host_path", std::optional(mount.bind_create_host_path));
  bind.text("propagation", mount.bind_propagation);
  bind.text("selinux", mount.bind_selinux);
  bind.text("recursive", mount.bind_recursive);
  tree.node("bind", bind.take());
  TreeBuilder volume;
  volume.flag("nocopy", mount.volume_nocopy);
  volume.text("subpath", mount.volume_subpath);
  volume.labels("labels", mount.volume_labels);
  tree.node("volume", volume.take());
  TreeBuilder tmpfs;
  tmpfs.size("size", mount.tmpfs_size_bytes);
  tmpfs.integer("mode", mount.tmpfs_mode);
  tree.node("tmpfs", tmpfs.take());
  TreeBuilder image;
  image.text("subpath", mount.image_subpath);
  tree.node("image", image.take());
  return tree.take();
}

YamlNode mounts_tree(const std::vector<Mount>& mounts) {
  auto list = YamlNode::sequence();
  for (const auto& mount : mounts) list.items.push_back(mount_tree(mount));
  return list;
}

YamlNode networks_tree(const Service& service) {
  auto mapping = YamlNode::mapping();
  for (const auto& [key, attachment] : service.networks) {
    TreeBuilder item;
    item.texts("aliases", attachment.aliases);
    item.text("ipv4_address", attachment.ipv4_address);
    item.text("ipv6_address", attachment.ipv6_address);
    item.text("mac_address", attachment.mac_address);
    item.text("interface_name", attachment.interface_name);
    item.texts("link_local_ips", attachment.link_local_ips);
    item.options("driver_opts", attachment.driver_opts);
    item.integer("priority", attachment.priority);
    item.integer("gw_priority", attachment.gw_priority);
    auto node = item.take();
    mapping.set(key, node.entries.empty() ? YamlNode::null() : std::move(node));
  }
  return mapping;
}

YamlNode dependencies_tree(const Service& service) {
  auto mapping = YamlNode::mapping();
  for (const auto& [name, dependency] : service.depends_on) {
    TreeBuilder item;
    item.text("condition", to_string(dependency.condition));
    item.flag("restart", dependency.restart);
    item.flag("required", std::optional(dependency.required));
    mapping.set(name, item.take());
  }
  return mapping;
}

YamlNode health_check_tree(const HealthCheck& check) {
  TreeBuilder tree;
  tree.flag("disable", check.disable);
  tree.texts("test", check.test);
  tree.duration("interval", check.interval);
  tree.duration("timeout", check.timeout);
  tree.duration("start_period", check.start_period);
  tree.duration("start_interval", check.start_interval);
  tree.integer("retries", check.retries);
  return tree.take();
}

YamlNode devices_tree(const std::vector<Device>& devices) {
  auto list = YamlNode::sequence();
  for (const auto& device : devices) {
    TreeBuilder item;
    item.text("source", device.source);
    item.text("target", device.target);
    item.text("permissions", device.permissions);
    list.items.push_back(item.take());
  }
  return list;
}

void add_texts(const Service& service, TreeBuilder& tree) {
  tree.text("image", service.image);
  tree.text("pull_policy", service.pull_policy);
  tree.text("platform", service.platform);
  tree.text("network_mode", service.network_mode);
  tree.text("hostname", service.hostname);
  tree.text("domainname", service.domainname);
  tree.text("mac_address", service.mac_address);
  tree.text("container_name", service.container_name);
  tree.text("restart", service.restart);
  tree.text("stop_signal", service.stop_signal);
  tree.text("user", service.user);
  tree.text("working_dir", service.working_dir);
  tree.text("ipc", service.ipc);
  tree.text("pid", service.pid);
  tree.text("uts", service.uts);
  tree.text("userns_mode", service.userns_mode);
  tree.text("cgroup", service.cgroup);
  tree.text("cgroup_parent", service.cgroup_parent);
  tree.text("runtime", service.runtime);
  tree.text("isolation", service.isolation);
}

void add_lists(const Service& service, TreeBuilder& tree) {
  tree.texts("dns", service.dns);
  tree.texts("dns_search", service.dns_search);
  tree.texts("dns_opt", service.dns_opt);
  tree.texts("links", service.links);
  tree.texts("external_links", service.external_links);
  tree.texts("volumes_from", service.volumes_from);
  tree.texts("device_cgroup_rules", service.device_cgroup_rules);
  tree.texts("profiles", service.profiles);
  tree.texts("group_add", service.group_add);
  tree.texts("cap_add", service.cap_add);
  tree.texts("cap_drop", service.cap_drop);
  tree.texts("security_opt", service.security_opt);
  tree.located("expose", service.expose);
  tree.located("tmpfs", service.tmpfs);
  tree.variables("environment", service.environment);
  tree.labels("labels", service.labels);
  tree.labels("annotations", service.annotations);
  tree.hosts("extra_hosts", service.extra_hosts);
  tree.options("sysctls", service.sysctls);
  tree.options("storage_opt", service.storage_opt);
}

void add_limits(const Service& service, TreeBuilder& tree) {
  tree.flag("privileged", service.privileged);
  tree.flag("read_only", service.read_only);
  tree.flag("tty", service.tty);
  tree.flag("stdin_open", service.stdin_open);
  tree.flag("init", service.init);
  tree.flag("oom_kill_disable", service.oom_kill_disable);
  tree.integer("scale", service.scale);
  tree.duration("stop_grace_period", service.stop_grace_period);
  tree.ulimits("ulimits", service.ulimits);
  tree.number("cpus", service.cpus);
  tree.integer("cpu_shares", service.cpu_shares);
  tree.integer("cpu_quota", service.cpu_quota);
  tree.integer("cpu_period", service.cpu_period);
  tree.text("cpuset", service.cpuset);
  tree.size("mem_limit", service.mem_limit);
  tree.size("mem_reservation", service.mem_reservation);
  tree.size("memswap_limit", service.memswap_limit);
  tree.integer("mem_swappiness", service.mem_swappiness);
  tree.size("shm_size", service.shm_size);
  tree.integer("pids_limit", service.pids_limit);
  tree.integer("oom_score_adj", service.oom_score_adj);
}

// An empty list says something other than none: it is not left out.
void add_command(TreeBuilder& tree, std::string_view key, const std::optional<Strings>& words) {
  if (words) tree.present(key, text_list(*words));
}

}  // namespace

YamlNode to_tree(const std::vector<FileMount>& mounts) {
  auto list = YamlNode::sequence();
  for (const auto& mount : mounts) {
    TreeBuilder item;
    item.text("source", mount.source);
    item.text("target", mount.target);
    item.text("uid", mount.uid);
    item.text("gid", mount.gid);
    if (mount.mode) item.text("mode", fmt::format("0{:o}", *mount.mode));
    list.items.push_back(item.take());
  }
  return list;
}

YamlNode to_tree(const Service& service) {
  TreeBuilder tree;
  add_texts(service, tree);
  add_lists(service, tree);
  add_limits(service, tree);
  add_command(tree, "command", service.command);
  add_command(tree, "entrypoint", service.entrypoint);
  tree.node("networks", networks_tree(service));
  tree.node("ports", ports_tree(service.ports));
  tree.node("volumes", mounts_tree(service.volumes));
  tree.node("secrets", to_tree(service.secrets));
  tree.node("configs", to_tree(service.configs));
  tree.node("devices", devices_tree(service.devices));
  tree.node("gpus", to_tree(service.gpus));
  tree.node("depends_on", dependencies_tree(service));
  if (service.build) tree.node("build", to_tree(*service.build));
  if (service.deploy) tree.node("deploy", to_tree(*service.deploy));
  if (service.healthcheck) tree.node("healthcheck", health_check_tree(*service.healthcheck));
  if (service.logging) {
    TreeBuilder logging;
    logging.text("driver", service.logging->driver);
    logging.options("options", service.logging->options);
    tree.node("logging", logging.take());
  }
  for (const auto& entry : service.others.entries) tree.node(entry.key, entry.value);
  return tree.take();
}

}  // namespace gatehouse::compose
