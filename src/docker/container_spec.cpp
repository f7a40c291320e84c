#include "docker/container_spec.h"

namespace gatehouse::docker {

namespace {

constexpr int kApiStartInterval = 44;
constexpr int kApiVolumeSubpath = 45;

// Writes members of an object, those that are set.
class MemberWriter {
 public:
  explicit MemberWriter(format::JsonWriter& writer) : writer_(writer) {}

  void text(std::string_view name, const std::string& value) {
    if (!value.empty()) writer_.key(name).string(value);
  }
  void flag(std::string_view name, bool value) {
    if (value) writer_.key(name).boolean(true);
  }
  void flag(std::string_view name, const std::optional<bool>& value) {
    if (value) writer_.key(name).boolean(*value);
  }
  void integer(std::string_view name, const std::optional<std::int64_t>& value) {
    if (value) writer_.key(name).integer(*value);
  }
  void duration(std::string_view name, std::chrono::nanoseconds value) {
    if (value.count() != 0) writer_.key(name).integer(value.count());
  }
  void texts(std::string_view name, const Texts& values) {
    if (!values.empty()) all_texts(name, values);
  }
  void texts(std::string_view name, const std::optional<Texts>& values) {
    if (values) all_texts(name, *values);
  }
  void map(std::string_view name, const Labels& values) {
    if (values.empty()) return;
    writer_.key(name).begin_object();
    for (const auto& [key, value] : values) writer_.key(key).string(value);
    writer_.end_object();
  }
  template <class Values, class Write>
  void array(std::string_view name, const Values& values, Write write) {
    if (values.empty()) return;
    writer_.key(name).begin_array();
    for (const auto& value : values) {
      writer_.begin_object();
      write(value);
      writer_.end_object();
    }
    writer_.end_array();
  }
  // Calls write() inside of an object of that name.
  template <class Write>
  void object(std::string_view name, Write write) {
    writer_.key(name).begin_object();
    write();
    writer_.end_object();
  }

 private:
  void all_texts(std::string_view name, const Texts& values) {
    writer_.key(name).begin_array();
    for (const auto& value : values) writer_.string(value);
    writer_.end_array();
  }

  format::JsonWriter& writer_;
};

void write_health_check(format::JsonWriter& writer, const HealthCheckSpec& check, int api_minor) {
  MemberWriter members(writer);
  members.object("Healthcheck", [&] {
    members.texts("Test", check.test);
    members.duration("Interval", check.interval);
    members.duration("Timeout", check.timeout);
    members.duration("StartPeriod", check.start_period);
    if (api_minor >= kApiStartInterval) members.duration("StartInterval", check.start_interval);
    if (check.retries != 0) members.integer("Retries", check.retries);
  });
}

void write_mount(MemberWriter& members, const MountSpec& mount, int api_minor) {
  members.text("Type", mount.type);
  members.text("Source", mount.source);
  members.text("Target", mount.target);
  members.flag("ReadOnly", mount.read_only);
  if (!mount.propagation.empty()) {
    members.object("BindOptions", [&] { members.text("Propagation", mount.propagation); });
  }
  const bool has_subpath = !mount.volume_subpath.empty() && api_minor >= kApiVolumeSubpath;
  if (mount.no_copy || has_subpath || !mount.volume_labels.empty()) {
    members.object("VolumeOptions", [&] {
      members.flag("NoCopy", mount.no_copy);
      members.map("Labels", mount.volume_labels);
      if (has_subpath) members.text("Subpath", mount.volume_subpath);
    });
  }
  if (mount.tmpfs_size_bytes || mount.tmpfs_mode) {
    members.object("TmpfsOptions", [&] {
      members.integer("SizeBytes", mount.tmpfs_size_bytes);
      members.integer("Mode", mount.tmpfs_mode);
    });
  }
}

// Bindings of one port stand together, in their order: {"80/tcp": [{...}, {...}]}.
void write_published(format::JsonWriter& writer, const std::vector<PublishedPort>& ports) {
  if (ports.empty()) return;
  std::map<std::string, std::vector<const PublishedPort*>> by_port;
  for (const auto& port : ports) by_port[port.port].push_back(&port);
  writer.key("PortBindings").begin_object();
  for (const auto& [port, bindings] : by_port) {
    writer.key(port).begin_array();
    for (const auto* binding : bindings) {
      writer.begin_object().key("HostIp").string(binding->host_ip);
      writer.key("HostPort").string(binding->host_port).end_object();
    }
    writer.end_array();
  }
  writer.end_object();
}

void write_lists(MemberWriter& members, const HostSpec& host) {
  members.texts("Binds", host.binds);
  members.texts("ExtraHosts", host.extra_hosts);
  members.texts("Dns", host.dns);
  members.texts("DnsSearch", host.dns_search);
  members.texts("DnsOptions", host.dns_options);
  members.texts("Links", host.links);
  members.texts("VolumesFrom", host.volumes_from);
  members.texts("CapAdd", host.cap_add);
  members.texts("CapDrop", host.cap_drop);
  members.texts("SecurityOpt", host.security_opt);
  members.texts("GroupAdd", host.group_add);
  members.texts("DeviceCgroupRules", host.device_cgroup_rules);
  members.map("Tmpfs", host.tmpfs);
  members.map("Sysctls", host.sysctls);
  members.map("StorageOpt", host.storage_opt);
}

void write_scalars(MemberWriter& members, const HostSpec& host) {
  members.text("NetworkMode", host.network_mode);
  members.text("IpcMode", host.ipc);
  members.text("PidMode", host.pid);
  members.text("UTSMode", host.uts);
  members.text("UsernsMode", host.userns_mode);
  members.text("CgroupnsMode", host.cgroup_mode);
  members.text("CgroupParent", host.cgroup_parent);
  members.text("Runtime", host.runtime);
  members.text("Isolation", host.isolation);
  members.text("CpusetCpus", host.cpuset);
  members.flag("Privileged", host.privileged);
  members.flag("ReadonlyRootfs", host.read_only);
  members.flag("Init", host.init);
  members.flag("OomKillDisable", host.oom_kill_disable);
  members.integer("Memory", host.memory);
  members.integer("MemoryReservation", host.memory_reservation);
  members.integer("MemorySwap", host.memory_swap);
  members.integer("MemorySwappiness", host.memory_swappiness);
  members.integer("ShmSize", host.shm_size);
  members.integer("NanoCpus", host.nano_cpus);
  members.integer("CpuShares", host.cpu_shares);
  members.integer("CpuQuota", host.cpu_quota);
  members.integer("CpuPeriod", host.cpu_period);
  members.integer("PidsLimit", host.pids_limit);
  members.integer("OomScoreAdj", host.oom_score_adj);
}

void write_devices(format::JsonWriter& writer, MemberWriter& members, const HostSpec& host) {
  members.array("Devices", host.devices, [&](const DeviceSpec& device) {
    members.text("PathOnHost", device.source);
    members.text("PathInContainer", device.target);
    members.text("CgroupPermissions", device.permissions);
  });
  members.array("DeviceRequests", host.device_requests, [&](const DeviceRequestSpec& request) {
    members.text("Driver", request.driver);
    if (request.count != 0) members.integer("Count", request.count);
    members.texts("DeviceIDs", request.device_ids);
    if (!request.capabilities.empty()) {
      writer.key("Capabilities").begin_array().begin_array();
      for (const auto& capability : request.capabilities) writer.string(capability);
      writer.end_array().end_array();
    }
    members.map("Options", request.options);
  });
  members.array("Ulimits", host.ulimits, [&](const UlimitSpec& ulimit) {
    members.text("Name", ulimit.name);
    members.integer("Soft", ulimit.soft);
    members.integer("Hard", ulimit.hard);
  });
}

void write_host(format::JsonWriter& writer, const HostSpec& host, int api_minor) {
  MemberWriter members(writer);
  writer.key("HostConfig").begin_object();
  write_lists(members, host);
  write_scalars(members, host);
  write_devices(writer, members, host);
  write_published(writer, host.ports);
  members.array("Mounts", host.mounts, [&](const MountSpec& mount) { write_mount(members, mount, api_minor); });
  if (!host.restart.name.empty()) {
    members.object("RestartPolicy", [&] {
      members.text("Name", host.restart.name);
      if (host.restart.retries_max != 0) members.integer("MaximumRetryCount", host.restart.retries_max);
    });
  }
  if (!host.log_driver.empty() || !host.log_options.empty()) {
    members.object("LogConfig", [&] {
      members.text("Type", host.log_driver);
      members.map("Config", host.log_options);
    });
  }
  writer.end_object();
}

void write_endpoint(format::JsonWriter& writer, const NetworkEndpointSpec& endpoint) {
  MemberWriter members(writer);
  writer.begin_object();
  members.texts("Aliases", endpoint.aliases);
  members.texts("Links", endpoint.links);
  members.text("MacAddress", endpoint.mac_address);
  members.map("DriverOpts", endpoint.driver_opts);
  if (!endpoint.ipv4.empty() || !endpoint.ipv6.empty() || !endpoint.link_local_ips.empty()) {
    members.object("IPAMConfig", [&] {
      members.text("IPv4Address", endpoint.ipv4);
      members.text("IPv6Address", endpoint.ipv6);
      members.texts("LinkLocalIPs", endpoint.link_local_ips);
    });
  }
  writer.end_object();
}

}  // namespace

std::string to_json(const ContainerSpec& spec, int api_minor) {
  format::JsonWriter writer;
  MemberWriter members(writer);
  writer.begin_object();
  members.text("Image", spec.image);
  members.texts("Cmd", spec.command);
  members.texts("Entrypoint", spec.entrypoint);
  members.texts("Env", spec.environment);
  members.map("Labels", spec.labels);
  members.text("Hostname", spec.hostname);
  members.text("Domainname", spec.domainname);
  members.text("User", spec.user);
  members.text("WorkingDir", spec.working_dir);
  members.text("StopSignal", spec.stop_signal);
  members.integer("StopTimeout", spec.stop_timeout_s);
  members.flag("Tty", spec.tty);
  members.flag("OpenStdin", spec.stdin_open);
  if (spec.health_check) write_health_check(writer, *spec.health_check, api_minor);
  if (!spec.exposed_ports.empty()) {
    writer.key("ExposedPorts").begin_object();
    for (const auto& port : spec.exposed_ports) writer.key(port).begin_object().end_object();
    writer.end_object();
  }
  write_host(writer, spec.host, api_minor);
  if (spec.network) {
    writer.key("NetworkingConfig").begin_object().key("EndpointsConfig").begin_object();
    writer.key(spec.network->network);
    write_endpoint(writer, *spec.network);
    writer.end_object().end_object();
  }
  writer.end_object();
  return writer.take();
}

std::string to_json(const NetworkEndpointSpec& endpoint) {
  format::JsonWriter writer;
  write_endpoint(writer, endpoint);
  return writer.take();
}

}  // namespace gatehouse::docker
