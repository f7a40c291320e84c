#include "deploy/container_spec.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/parse_int.h"
#include "base/text.h"
#include "deploy/container_spec_parts.h"
#include "deploy/names.h"

namespace gatehouse::deploy {

using compose::Project;
using compose::Service;
using docker::ContainerSpec;
using docker::HostSpec;

namespace {

// "svc:condition:restart,...", as docker compose writes it.
std::string depends_on_text(const Service& service) {
  std::vector<std::string> items;
  for (const auto& [name, dependency] : service.depends_on) {
    items.push_back(fmt::format("{}:{}:{}", name, to_string(dependency.condition), dependency.restart));
  }
  return base::join(items, ",");
}

std::string config_files(const Project& project) {
  std::vector<std::string> files;
  for (const auto& file : project.files) files.push_back(std::filesystem::absolute(file).lexically_normal().string());
  return base::join(files, ",");
}

docker::Labels make_labels(const Project& project, const Service& service, const ContainerIdentity& identity) {
  docker::Labels labels;
  for (const auto& [name, value] : service.labels) labels.emplace(name, value.text);
  const auto set = [&](std::string_view name, std::string value) { labels[std::string(name)] = std::move(value); };
  set(label::kProject, project.name);
  set(label::kService, service.name);
  set(label::kNumber, std::to_string(identity.number));
  set(label::kOneOff, "False");
  set(label::kConfigHash, identity.hash.whole);
  set(label::kKeyHashes, identity.hash.keys_text());
  set(label::kWorkingDir, project.directory.string());
  set(label::kConfigFiles, config_files(project));
  set(label::kVersion, identity.version);
  set(label::kImage, identity.image_id);
  set(label::kDependsOn, depends_on_text(service));
  return labels;
}

docker::HealthCheckSpec make_health_check(const compose::HealthCheck& check) {
  if (check.disable) return {.test = {"NONE"}};
  docker::HealthCheckSpec spec;
  spec.test = check.test;
  spec.interval = check.interval.value_or(std::chrono::nanoseconds(0));
  spec.timeout = check.timeout.value_or(std::chrono::nanoseconds(0));
  spec.start_period = check.start_period.value_or(std::chrono::nanoseconds(0));
  spec.start_interval = check.start_interval.value_or(std::chrono::nanoseconds(0));
  spec.retries = check.retries.value_or(0);
  return spec;
}

// The engine counts whole seconds; a part of one is not cut off.
std::int64_t whole_seconds(compose::Duration duration) {
  return std::chrono::ceil<std::chrono::seconds>(duration).count();
}

void set_process(const Service& service, ContainerSpec& spec) {
  spec.command = service.command;
  spec.entrypoint = service.entrypoint;
  for (const auto& [name, variable] : service.environment) {
    if (variable.value) spec.environment.push_back(name + "=" + *variable.value);
  }
  spec.hostname = service.hostname;
  spec.domainname = service.domainname;
  spec.user = service.user;
  spec.working_dir = service.working_dir;
  spec.stop_signal = service.stop_signal;
  spec.tty = service.tty;
  spec.stdin_open = service.stdin_open;
  spec.platform = service.platform;
  if (service.stop_grace_period) spec.stop_timeout_s = whole_seconds(*service.stop_grace_period);
  if (service.healthcheck) spec.health_check = make_health_check(*service.healthcheck);
}

std::int64_t nano_cpus(double cpus) { return std::llround(cpus * 1e9); }

void set_resources(const Service& service, HostSpec& host) {
  host.memory = service.mem_limit;
  host.memory_reservation = service.mem_reservation;
  host.memory_swap = service.memswap_limit;
  host.memory_swappiness = service.mem_swappiness;
  host.shm_size = service.shm_size;
  if (service.cpus) host.nano_cpus = nano_cpus(*service.cpus);
  host.cpu_shares = service.cpu_shares;
  host.cpu_quota = service.cpu_quota;
  host.cpu_period = service.cpu_period;
  host.cpuset = service.cpuset;
  host.pids_limit = service.pids_limit;
  host.oom_score_adj = service.oom_score_adj;
  host.oom_kill_disable = service.oom_kill_disable;
  if (!service.deploy) return;
  const auto& limits = service.deploy->limits;
  if (limits.cpus) host.nano_cpus = nano_cpus(*limits.cpus);
  if (limits.memory_bytes) host.memory = limits.memory_bytes;
  if (limits.pids) host.pids_limit = limits.pids;
  if (service.deploy->reservations.memory_bytes) host.memory_reservation = service.deploy->reservations.memory_bytes;
}

docker::RestartSpec make_restart(const Service& service) {
  if (!service.restart.empty()) {
    const auto colon = service.restart.find(':');
    if (colon == std::string::npos) return {service.restart, 0};
    const auto retries = base::parse_int<std::int64_t>(service.restart.substr(colon + 1));
    return {service.restart.substr(0, colon), retries.value_or(0)};
  }
  if (!service.deploy || !service.deploy->restart_policy) return {};
  const auto& policy = *service.deploy->restart_policy;
  if (policy.condition == "none") return {"no", 0};
  if (policy.condition == "on-failure") return {"on-failure", policy.max_attempts.value_or(0)};
  return {"always", 0};
}

void set_security(const Service& service, HostSpec& host) {
  host.cap_add = service.cap_add;
  host.cap_drop = service.cap_drop;
  host.security_opt = service.security_opt;
  host.group_add = service.group_add;
  host.device_cgroup_rules = service.device_cgroup_rules;
  host.privileged = service.privileged;
  host.read_only = service.read_only;
  host.init = service.init;
  host.sysctls = service.sysctls;
  host.storage_opt = service.storage_opt;
  for (const auto& [name, ulimit] : service.ulimits) host.ulimits.push_back({name, ulimit.soft, ulimit.hard});
  for (const auto& device : service.devices) {
    host.devices.push_back({device.source, device.target, device.permissions.empty() ? "rwm" : device.permissions});
  }
  auto requests = service.gpus;
  if (service.deploy) {
    const auto& more = service.deploy->reservations.devices;
    requests.insert(requests.end(), more.begin(), more.end());
  }
  for (const auto& request : requests) {
    const auto count = request.device_ids.empty() ? request.count.value_or(-1) : 0;
    host.device_requests.push_back({request.driver, count, request.device_ids, request.capabilities, request.options});
  }
}

void set_names(const Project& project, const Service& service, HostSpec& host) {
  host.ipc = shared_namespace(project, service.ipc);
  host.pid = shared_namespace(project, service.pid);
  host.uts = service.uts;
  host.userns_mode = service.userns_mode;
  host.cgroup_mode = service.cgroup;
  host.cgroup_parent = service.cgroup_parent;
  host.runtime = service.runtime;
  host.isolation = service.isolation;
  host.dns = service.dns;
  host.dns_search = service.dns_search;
  host.dns_options = service.dns_opt;
  for (const auto& [name, addresses] : service.extra_hosts) {
    for (const auto& address : addresses) host.extra_hosts.push_back(name + ":" + address);
  }
  if (service.logging) {
    host.log_driver = service.logging->driver;
    host.log_options = service.logging->options;
  }
}

}  // namespace

std::string name_of(const Project& project, const Service& service, std::int64_t number) {
  return service.container_name.empty() ? container_name(project.name, service.name, number) : service.container_name;
}

std::string image_of(const Project& project, const Service& service) {
  return service.image.empty() ? project.name + "-" + service.name : service.image;
}

ContainerParts make_container(const Project& project, const Service& service, const ContainerIdentity& identity) {
  ContainerParts parts;
  auto& spec = parts.spec;
  spec.image = image_of(project, service);
  spec.labels = make_labels(project, service, identity);
  set_process(service, spec);
  set_resources(service, spec.host);
  set_security(service, spec.host);
  set_names(project, service, spec.host);
  spec.host.restart = make_restart(service);
  set_ports(service, spec);
  set_mounts(project, service, spec.host);
  set_networks(project, service, identity.name, parts);
  return parts;
}

docker::NetworkSpec make_network(const Project& project, const compose::Network& network, const std::string& version) {
  docker::NetworkSpec spec{.name = network.name, .driver = network.driver};
  spec.internal = network.internal;
  spec.attachable = network.attachable;
  spec.ipv4 = network.enable_ipv4;
  spec.ipv6 = network.enable_ipv6;
  spec.ipam_driver = network.ipam_driver;
  for (const auto& pool : network.ipam) {
    spec.pools.push_back({pool.subnet, pool.ip_range, pool.gateway, pool.aux_addresses});
  }
  spec.ipam_options = network.ipam_options;
  spec.options = network.driver_opts;
  for (const auto& [name, value] : network.labels) spec.labels.emplace(name, value.text);
  spec.labels[std::string(label::kProject)] = project.name;
  spec.labels[std::string(label::kNetwork)] = network.key;
  spec.labels[std::string(label::kVersion)] = version;
  return spec;
}

docker::VolumeSpec make_volume(const Project& project, const compose::Volume& volume, const std::string& version) {
  docker::VolumeSpec spec{.name = volume.name, .driver = volume.driver, .options = volume.driver_opts};
  for (const auto& [name, value] : volume.labels) spec.labels.emplace(name, value.text);
  spec.labels[std::string(label::kProject)] = project.name;
  spec.labels[std::string(label::kVolume)] = volume.key;
  spec.labels[std::string(label::kVersion)] = version;
  return spec;
}

}  // namespace gatehouse::deploy
