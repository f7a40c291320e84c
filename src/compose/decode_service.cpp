#include <array>

#include <fmt/format.h>

#include "compose/decode.h"
#include "compose/quantity.h"
#include "compose/schema.h"
#include "compose/shell_words.h"
#include "compose/short_form.h"

namespace gatehouse::compose {

using format::YamlNode;

namespace {

void read_command(const FieldReader& service, std::string_view key, std::optional<Strings>& field) {
  const auto* value = service.find(key);
  if (value == nullptr) return;
  if (value->is_sequence()) {
    field.emplace();
    service.texts(key, *field);
    return;
  }
  auto words = split_shell_words(value->text);
  if (!words) {
    service.fail(*value, key, words.error().message);
    return;
  }
  if (words->stopped_at != 0) {
    service.warn(*value, key,
                 fmt::format("everything from the '{}' on is left out, as compose does; for a shell's operators write "
                             "[\"sh\", \"-c\", \"...\"]",
                             words->stopped_at));
  }
  field = std::move(words->words);
}

void read_env_files(const FieldReader& service, std::string_view key, std::vector<EnvFile>& field) {
  const auto* value = service.find(key);
  if (value == nullptr) return;
  const auto read = [&](const YamlNode& node) {
    const FieldReader entry(node, service.path_of(key), service.decoding());
    EnvFile file;
    file.at = node.at;
    std::string path;
    if (node.is_mapping()) {
      entry.path("path", path);
      entry.flag("required", file.required);
      entry.text("format", file.format);
    } else {
      path = absolute_path(node.text, node.at, service.decoding().sources);
    }
    file.path = path;
    field.push_back(std::move(file));
  };
  if (value->is_scalar()) read(*value);
  for (const auto& item : value->items) read(item);
}

Condition condition_of(std::string_view text) {
  if (text == "service_healthy") return Condition::kHealthy;
  if (text == "service_completed_successfully") return Condition::kCompletedSuccessfully;
  return Condition::kStarted;
}

void read_dependencies(const FieldReader& service, std::map<std::string, Dependency, std::less<>>& field) {
  const auto* value = service.find("depends_on");
  if (value == nullptr) return;
  const auto dependencies = service.under("depends_on");
  for (const auto& item : value->items) field[item.text].at = item.at;
  for (const auto& entry : value->entries) {
    const auto reader = dependencies.under(entry.key);
    Dependency dependency;
    dependency.at = entry.key_at;
    std::string condition;
    reader.text("condition", condition);
    dependency.condition = condition_of(condition);
    reader.flag("restart", dependency.restart);
    reader.flag("required", dependency.required);
    field[entry.key] = dependency;
  }
}

void read_networks(const FieldReader& service, std::map<std::string, Attachment, std::less<>>& field) {
  const auto* value = service.find("networks");
  if (value == nullptr) return;
  const auto networks = service.under("networks");
  for (const auto& item : value->items) field[item.text].at = item.at;
  for (const auto& entry : value->entries) {
    const auto reader = networks.under(entry.key);
    Attachment attachment;
    attachment.at = entry.key_at;
    reader.texts("aliases", attachment.aliases);
    reader.text("ipv4_address", attachment.ipv4_address);
    reader.text("ipv6_address", attachment.ipv6_address);
    reader.text("mac_address", attachment.mac_address);
    reader.text("interface_name", attachment.interface_name);
    reader.texts("link_local_ips", attachment.link_local_ips);
    reader.options("driver_opts", attachment.driver_opts);
    reader.integer("priority", attachment.priority);
    reader.integer("gw_priority", attachment.gw_priority);
    field[entry.key] = std::move(attachment);
  }
}

void read_devices(const FieldReader& service, std::vector<Device>& field) {
  const auto* value = service.find("devices");
  if (value == nullptr) return;
  for (const auto& item : value->items) {
    if (item.is_mapping()) {
      const FieldReader reader(item, service.path_of("devices"), service.decoding());
      Device device{item.at, {}, {}, "rwm"};
      reader.text("source", device.source);
      device.target = device.source;
      reader.text("target", device.target);
      reader.text("permissions", device.permissions);
      field.push_back(std::move(device));
    } else if (auto device = parse_device(item.text, item.at)) {
      field.push_back(*std::move(device));
    } else {
      service.fail(item, "devices", "is no device: " + device.error().message);
    }
  }
}

void read_expose(const FieldReader& service, std::vector<Located>& field) {
  service.located("expose", field);
  for (const auto& port : field) {
    if (parse_port_range(port.text.substr(0, port.text.find('/')))) continue;
    service.decoding().problems.error(
        port.at, service.path_of("expose") + ": not every item is a container port, as 8080 or 9000-9010/udp");
  }
}

void read_logging(const FieldReader& service, std::optional<Logging>& field) {
  const auto* value = service.find("logging");
  if (value == nullptr) return;
  field.emplace();
  field->at = value->at;
  const auto logging = service.under("logging");
  logging.text("driver", field->driver);
  logging.options("options", field->options);
}

void read_limits(const FieldReader& reader, Service& service) {
  reader.number("cpus", service.cpus);
  reader.integer("cpu_shares", service.cpu_shares);
  reader.integer("cpu_quota", service.cpu_quota);
  reader.integer("cpu_period", service.cpu_period);
  reader.text("cpuset", service.cpuset);
  reader.size("mem_limit", service.mem_limit);
  reader.size("mem_reservation", service.mem_reservation);
  reader.size("memswap_limit", service.memswap_limit);
  reader.integer("mem_swappiness", service.mem_swappiness);
  reader.size("shm_size", service.shm_size);
  reader.integer("pids_limit", service.pids_limit);
  reader.integer("oom_score_adj", service.oom_score_adj);
  reader.flag("oom_kill_disable", service.oom_kill_disable);
  reader.ulimits("ulimits", service.ulimits);
}

void read_container(const FieldReader& reader, Service& service) {
  const std::pair<std::string_view, std::string Service::*> texts[] = {
      {"image", &Service::image},
      {"pull_policy", &Service::pull_policy},
      {"platform", &Service::platform},
      {"network_mode", &Service::network_mode},
      {"hostname", &Service::hostname},
      {"domainname", &Service::domainname},
      {"mac_address", &Service::mac_address},
      {"container_name", &Service::container_name},
      {"restart", &Service::restart},
      {"stop_signal", &Service::stop_signal},
      {"user", &Service::user},
      {"working_dir", &Service::working_dir},
      {"ipc", &Service::ipc},
      {"pid", &Service::pid},
      {"uts", &Service::uts},
      {"userns_mode", &Service::userns_mode},
      {"cgroup", &Service::cgroup},
      {"cgroup_parent", &Service::cgroup_parent},
      {"runtime", &Service::runtime},
      {"isolation", &Service::isolation},
  };
  for (const auto& [key, field] : texts) reader.text(key, service.*field);
  const std::pair<std::string_view, Strings Service::*> lists[] = {
      {"dns", &Service::dns},
      {"dns_search", &Service::dns_search},
      {"dns_opt", &Service::dns_opt},
      {"links", &Service::links},
      {"external_links", &Service::external_links},
      {"volumes_from", &Service::volumes_from},
      {"device_cgroup_rules", &Service::device_cgroup_rules},
      {"profiles", &Service::profiles},
      {"group_add", &Service::group_add},
      {"cap_add", &Service::cap_add},
      {"cap_drop", &Service::cap_drop},
      {"security_opt", &Service::security_opt},
  };
  for (const auto& [key, field] : lists) reader.texts(key, service.*field);
  const std::pair<std::string_view, bool Service::*> flags[] = {{"privileged", &Service::privileged},
                                                                {"read_only", &Service::read_only},
                                                                {"tty", &Service::tty},
                                                                {"stdin_open", &Service::stdin_open}};
  for (const auto& [key, field] : flags) reader.flag(key, service.*field);
  reader.flag("init", service.init);
  reader.integer("scale", service.scale);
  reader.duration("stop_grace_period", service.stop_grace_period);
  reader.options("sysctls", service.sysctls);
  reader.options("storage_opt", service.storage_opt);
}

void keep_others(const YamlNode& node, Service& service) {
  for (const auto& entry : node.entries) {
    service.key_at[entry.key] = entry.key_at;
    const bool has_no_field = support_of_service_key(entry.key) == Support::kNone;
    if (has_no_field) service.others.set(entry.key, entry.value);
  }
}

}  // namespace

Service decode_service(const std::string& name, const YamlNode& node, Position at, Decoding decoding) {
  const FieldReader reader(node, "services." + name, decoding);
  Service service;
  service.name = name;
  service.at = at;
  keep_others(node, service);
  read_container(reader, service);
  read_limits(reader, service);
  read_command(reader, "command", service.command);
  read_command(reader, "entrypoint", service.entrypoint);
  reader.variables("environment", service.environment);
  read_env_files(reader, "env_file", service.env_files);
  read_env_files(reader, "label_file", service.label_files);
  reader.labels("labels", service.labels);
  reader.labels("annotations", service.annotations);
  reader.hosts("extra_hosts", service.extra_hosts);
  reader.located("tmpfs", service.tmpfs);
  read_networks(reader, service.networks);
  read_dependencies(reader, service.depends_on);
  read_devices(reader, service.devices);
  read_expose(reader, service.expose);
  read_logging(reader, service.logging);
  service.ports = decode_ports(reader);
  service.volumes = decode_mounts(reader);
  service.secrets = decode_file_mounts(reader, "secrets", "/run/secrets/");
  service.configs = decode_file_mounts(reader, "configs", "/");
  if (const auto* build = reader.find("build")) service.build = decode_build(*build, reader.path_of("build"), decoding);
  if (reader.has("deploy")) service.deploy = decode_deploy(reader.under("deploy"));
  if (reader.has("healthcheck")) service.healthcheck = decode_health_check(reader.under("healthcheck"));
  if (const auto* gpus = reader.find("gpus")) {
    service.gpus = decode_device_requests(*gpus, reader.path_of("gpus"), decoding);
  }
  return service;
}

HealthCheck decode_health_check(const FieldReader& check) {
  HealthCheck result;
  result.at = check.at();
  check.flag("disable", result.disable);
  check.duration("interval", result.interval);
  check.duration("timeout", result.timeout);
  check.duration("start_period", result.start_period);
  check.duration("start_interval", result.start_interval);
  check.integer("retries", result.retries);
  const auto* test = check.find("test");
  if (test == nullptr) return result;
  if (test->is_scalar()) {
    if (!test->text.empty()) result.test = {"CMD-SHELL", test->text};
    return result;
  }
  check.texts("test", result.test);
  if (result.test.empty()) return result;
  if (result.test.front() == "NONE") {
    result.disable = true;
    result.test.clear();
  } else if (result.test.front() != "CMD" && result.test.front() != "CMD-SHELL") {
    check.decoding().problems.error(test->at, check.path_of("test") + " has to start with CMD, CMD-SHELL or NONE");
  }
  return result;
}

}  // namespace gatehouse::compose
