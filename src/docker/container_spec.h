// ContainerSpec: what a container is to be, for create. Only what is set is sent; the engine's and the image's defaults
// hold for the rest. A value; environment values may be secrets, so the JSON of it goes to the engine and nowhere else.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "docker/answer_reader.h"

namespace gatehouse::docker {

using Texts = std::vector<std::string>;

struct HealthCheckSpec {
  Texts test = {};  // {"NONE"}, {"CMD", ...}, {"CMD-SHELL", "..."}; empty: the image's
  std::chrono::nanoseconds interval{}, timeout{}, start_period{};
  std::chrono::nanoseconds start_interval{};  // only sent to engines that know it (API 1.44)
  std::int64_t retries = 0;
};

struct PublishedPort {
  std::string port = {};  // "80/tcp"
  std::string host_ip = {};
  std::string host_port = {};  // "8080", "8000-8010"; empty: the engine chooses
};

struct MountSpec {
  std::string type = {};  // volume, bind, tmpfs
  std::string source = {};
  std::string target = {};
  bool read_only = false;
  std::string propagation = {};     // bind
  bool no_copy = false;             // volume
  std::string volume_subpath = {};  // API 1.45
  Labels volume_labels = {};
  std::optional<std::int64_t> tmpfs_size_bytes = {};
  std::optional<std::int64_t> tmpfs_mode = {};
};

struct DeviceSpec {
  std::string source = {}, target = {}, permissions = {};
};

struct DeviceRequestSpec {
  std::string driver = {};
  std::int64_t count = 0;
  Texts device_ids = {}, capabilities = {};
  Labels options = {};
};

struct UlimitSpec {
  std::string name = {};
  std::int64_t soft = 0, hard = 0;
};

struct RestartSpec {
  std::string name = {};  // no, always, unless-stopped, on-failure
  std::int64_t retries_max = 0;
};

struct NetworkEndpointSpec {
  std::string network = {};
  Texts aliases = {};
  std::string ipv4 = {}, ipv6 = {};
  Texts link_local_ips = {}, links = {};
  std::string mac_address = {};
  Labels driver_opts = {};
};

// What the engine calls HostConfig.
struct HostSpec {
  Texts binds = {};  // "source:target[:options]"
  std::vector<MountSpec> mounts = {};
  std::vector<PublishedPort> ports = {};
  std::string network_mode = {};
  RestartSpec restart = {};
  Texts extra_hosts = {}, dns = {}, dns_search = {}, dns_options = {}, links = {}, volumes_from = {};
  Texts cap_add = {}, cap_drop = {}, security_opt = {}, group_add = {}, device_cgroup_rules = {};
  Labels tmpfs = {}, sysctls = {}, storage_opt = {}, log_options = {};
  std::string log_driver = {};
  std::vector<DeviceSpec> devices = {};
  std::vector<DeviceRequestSpec> device_requests = {};
  std::vector<UlimitSpec> ulimits = {};
  bool privileged = false, read_only = false;
  std::optional<bool> init = {}, oom_kill_disable = {};
  std::string ipc = {}, pid = {}, uts = {}, userns_mode = {}, cgroup_mode = {}, cgroup_parent = {}, runtime = {},
              isolation = {}, cpuset = {};
  std::optional<std::int64_t> memory = {}, memory_reservation = {}, memory_swap = {}, memory_swappiness = {},
                              shm_size = {};
  std::optional<std::int64_t> nano_cpus = {}, cpu_shares = {}, cpu_quota = {}, cpu_period = {}, pids_limit = {},
                              oom_score_adj = {};
};

struct ContainerSpec {
  std::string image = {};
  std::optional<Texts> command = {}, entrypoint = {};  // nothing: the image's
  Texts environment = {};                              // NAME=value
  Labels labels = {};
  std::string hostname = {}, domainname = {}, user = {}, working_dir = {}, stop_signal = {};
  std::optional<std::int64_t> stop_timeout_s = {};
  bool tty = false, stdin_open = false;
  std::optional<HealthCheckSpec> health_check = {};
  Texts exposed_ports = {};  // "80/tcp"
  HostSpec host = {};
  std::optional<NetworkEndpointSpec> network = {};  // the first; connect() joins the others
  std::string platform = {};                        // "linux/arm64"; sent beside the JSON
};

// As POST /containers/create takes it, for an engine of that minor version of API 1.
std::string to_json(const ContainerSpec& spec, int api_minor);
// As POST /networks/{id}/connect takes it, in EndpointConfig.
std::string to_json(const NetworkEndpointSpec& endpoint);

}  // namespace gatehouse::docker
