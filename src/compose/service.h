// A service of a compose project, every short form written out: what `docker compose config` would show, typed, with
// the place of each part. Plain values, made by load().
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compose/sources.h"

namespace gatehouse::compose {

using Strings = std::vector<std::string>;
using Duration = std::chrono::nanoseconds;

// A text and where it stands.
struct Located {
  std::string text;
  Position at;
};

// A variable for the container; no value: it was passed through and is set nowhere, so the container does not get it.
struct Variable {
  std::optional<std::string> value;
  Position at;
};

using LocatedMap = std::map<std::string, Located, std::less<>>;
using VariableMap = std::map<std::string, Variable, std::less<>>;
using StringMap = std::map<std::string, std::string, std::less<>>;
using HostMap = std::map<std::string, Strings, std::less<>>;  // names to addresses

struct FileMount {  // a secret or config, as a service sees it
  Position at;
  std::string source;
  std::string target;  // absolute
  std::string uid, gid;
  std::optional<std::int64_t> mode;
};

struct Ulimit {
  std::int64_t soft = 0;
  std::int64_t hard = 0;
};
using Ulimits = std::map<std::string, Ulimit, std::less<>>;

struct Build {
  Position at;
  std::string context;     // absolute path, or a URL
  std::string dockerfile;  // relative to the context unless absolute; "Dockerfile" by default
  std::string dockerfile_inline;
  std::string target;
  std::string network;
  std::string isolation;
  VariableMap args;
  LocatedMap labels;
  StringMap additional_contexts;
  HostMap extra_hosts;
  Strings cache_from, cache_to, tags, platforms, ssh, entitlements;
  std::vector<FileMount> secrets;
  Ulimits ulimits;
  std::optional<std::int64_t> shm_size_bytes;
  bool no_cache = false;
  bool pull = false;
  bool privileged = false;
};

struct EnvFile {
  Position at;
  std::filesystem::path path;  // absolute
  bool required = true;
  std::string format;  // "raw", or empty
};

struct Port {
  Position at;
  std::uint16_t target = 0;
  std::string published;  // "", "8080" or "8000-8010"
  std::string host_ip;
  std::string protocol = "tcp";
  std::string mode = "ingress";
  std::string name;
  std::string app_protocol;
};

struct Mount {
  Position at;
  std::string type;    // bind, volume, tmpfs, image, npipe, cluster
  std::string source;  // bind: absolute path; volume: key of the project's volumes, empty for an anonymous one
  std::string target;
  bool read_only = false;
  std::string consistency;
  bool bind_create_host_path = true;
  std::string bind_propagation, bind_selinux, bind_recursive;
  bool volume_nocopy = false;
  std::string volume_subpath;
  LocatedMap volume_labels;
  std::optional<std::int64_t> tmpfs_size_bytes;
  std::optional<std::int64_t> tmpfs_mode;
  std::string image_subpath;
};

struct Attachment {  // of a service to a network
  Position at;
  Strings aliases;
  std::string ipv4_address, ipv6_address, mac_address, interface_name;
  Strings link_local_ips;
  StringMap driver_opts;
  std::optional<std::int64_t> priority, gw_priority;
};

enum class Condition { kStarted, kHealthy, kCompletedSuccessfully };
std::string_view to_string(Condition condition);  // "service_started", ...

struct Dependency {
  Position at;
  Condition condition = Condition::kStarted;
  bool restart = false;
  bool required = true;
  bool implicit = false;  // follows from links, volumes_from or a shared namespace
};

struct HealthCheck {
  Position at;
  bool disable = false;
  Strings test;  // led by CMD or CMD-SHELL; empty: the image's own
  std::optional<Duration> interval, timeout, start_period, start_interval;
  std::optional<std::int64_t> retries;
};

struct Logging {
  Position at;
  std::string driver;
  StringMap options;
};

struct Device {
  Position at;
  std::string source, target;
  std::string permissions;  // "rwm"
};

struct DeviceRequest {  // GPUs
  Position at;
  std::string driver;
  std::optional<std::int64_t> count;  // -1: all
  Strings device_ids, capabilities;
  StringMap options;
};

struct Resources {
  std::optional<double> cpus;
  std::optional<std::int64_t> memory_bytes;
  std::optional<std::int64_t> pids;
  std::vector<DeviceRequest> devices;
};

struct UpdateConfig {
  std::optional<std::int64_t> parallelism;
  std::optional<Duration> delay, monitor;
  std::string failure_action;
  std::optional<double> max_failure_ratio;
  std::string order;  // stop-first, start-first
};

struct RestartPolicy {
  std::string condition;
  std::optional<Duration> delay, window;
  std::optional<std::int64_t> max_attempts;
};

struct Deploy {
  Position at;
  std::string mode, endpoint_mode;
  std::optional<std::int64_t> replicas;
  LocatedMap labels;
  Resources limits, reservations;
  std::optional<UpdateConfig> update_config, rollback_config;
  std::optional<RestartPolicy> restart_policy;
  Strings placement_constraints;
  Strings placement_spread;  // placement.preferences
  std::optional<std::int64_t> max_replicas_per_node;
};

struct Restart {
  std::string policy = "no";  // no, always, unless-stopped, on-failure
  std::int64_t attempts = 0;  // of on-failure; 0: without end
};

struct Service {
  std::string name;
  Position at;
  std::map<std::string, Position, std::less<>> key_at;  // where each of its keys stands

  std::string image;
  std::optional<Build> build;
  std::string pull_policy;  // always never missing build refresh daily weekly every_...; empty: missing
  std::string platform;

  std::optional<Strings> command, entrypoint;  // nothing: the image's; empty: none at all
  VariableMap environment;                     // env_file and environment, resolved
  std::vector<EnvFile> env_files;
  std::vector<EnvFile> label_files;
  LocatedMap labels;  // label_file and labels
  LocatedMap annotations;

  std::map<std::string, Attachment, std::less<>> networks;
  std::string network_mode;
  std::vector<Port> ports;
  std::vector<Located> expose;  // "8080", "9000-9010/udp"
  HostMap extra_hosts;
  Strings dns, dns_search, dns_opt;
  Strings links, external_links;
  std::string hostname, domainname, mac_address;

  std::vector<Mount> volumes;
  Strings volumes_from;
  std::vector<Located> tmpfs;  // "/path[:options]"
  std::vector<FileMount> secrets, configs;
  std::vector<Device> devices;
  Strings device_cgroup_rules;
  std::vector<DeviceRequest> gpus;

  std::map<std::string, Dependency, std::less<>> depends_on;
  Strings profiles;
  std::string container_name;
  std::optional<std::int64_t> scale;
  std::string restart;  // no, always, unless-stopped, on-failure[:n]; empty: no
  std::optional<HealthCheck> healthcheck;
  std::optional<Logging> logging;
  std::optional<Deploy> deploy;
  std::string stop_signal;
  std::optional<Duration> stop_grace_period;

  std::string user, working_dir;
  Strings group_add, cap_add, cap_drop, security_opt;
  bool privileged = false;
  bool read_only = false;
  bool tty = false;
  bool stdin_open = false;
  std::optional<bool> init;
  std::optional<bool> oom_kill_disable;
  StringMap sysctls, storage_opt;
  Ulimits ulimits;

  std::optional<double> cpus;
  std::optional<std::int64_t> cpu_shares, cpu_quota, cpu_period;
  std::string cpuset;
  std::optional<std::int64_t> mem_limit, mem_reservation, memswap_limit, mem_swappiness,
      shm_size;  // bytes; swappiness %
  std::optional<std::int64_t> pids_limit, oom_score_adj;
  std::string ipc, pid, uts, userns_mode, cgroup, cgroup_parent, runtime, isolation;

  // Keys that are known and have no effect here, and x-*: kept for whoever prints or reads them.
  format::YamlNode others;

  // replicas, by deploy.replicas or scale; 1 when neither is set.
  [[nodiscard]] std::int64_t replicas() const;
  // The limits of a container, from deploy.resources or the older keys; load() saw to it that they agree.
  [[nodiscard]] std::optional<double> cpu_limit() const;
  [[nodiscard]] std::optional<std::int64_t> memory_limit_bytes() const;
  [[nodiscard]] std::optional<std::int64_t> memory_reservation_bytes() const;
  [[nodiscard]] std::optional<std::int64_t> process_limit() const;
  // `restart`, else deploy.restart_policy, in the engine's words.
  [[nodiscard]] Restart restart_rule() const;
  // Where a key stands, or the service itself.
  [[nodiscard]] Position position_of(std::string_view key) const;
};

}  // namespace gatehouse::compose
