#include "docker/container.h"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>

#include "base/parse_int.h"
#include "base/text.h"

namespace gatehouse::docker {

using base::Result;
using format::JsonValue;

namespace {

constexpr std::array<std::string_view, 7> kStates = {"created",  "running", "paused", "restarting",
                                                     "removing", "exited",  "dead"};
constexpr std::array<std::string_view, 4> kHealths = {"none", "starting", "healthy", "unhealthy"};

ContainerState read_state(AnswerReader& reader, std::string_view name) {
  const auto text = reader.required_text(name);
  const auto found = std::ranges::find(kStates, text);
  if (found != kStates.end()) return static_cast<ContainerState>(found - kStates.begin());
  reader.fail_at(name);
  return ContainerState::kDead;
}

// The list has the health as words: "Up 2 minutes (health: starting)", "(healthy)", "(unhealthy)".
Health health_of_status(std::string_view status) {
  if (status.ends_with("(healthy)")) return Health::kHealthy;
  if (status.ends_with("(unhealthy)")) return Health::kUnhealthy;
  if (status.ends_with("(health: starting)")) return Health::kStarting;
  return Health::kNone;
}

std::string without_slash(std::string_view name) { return std::string(name.starts_with('/') ? name.substr(1) : name); }

// Of the names that links gave it, the container's own is the one without a second slash.
std::string own_name(const std::vector<std::string>& names) {
  for (const auto& name : names) {
    if (name.find('/', 1) == std::string::npos) return without_slash(name);
  }
  return {};
}

std::vector<AttachedNetwork> read_networks(AnswerReader& settings) {
  std::vector<AttachedNetwork> networks;
  const auto all = settings.object("Networks");
  for (std::size_t i = 0; i < all.size(); ++i) {
    AnswerReader reader(all.at(i), "a container's network");
    AttachedNetwork network{std::string(all.key(i)), reader.text("NetworkID"), reader.text("IPAddress"),
                            reader.text("GlobalIPv6Address"), reader.texts("Aliases")};
    if (!reader.finish()) settings.fail_at("Networks");
    networks.push_back(std::move(network));
  }
  std::ranges::sort(networks, {}, &AttachedNetwork::name);
  return networks;
}

void sort_ports(std::vector<ContainerPort>& ports) {
  const auto key = [](const ContainerPort& port) {
    return std::tie(port.port, port.protocol, port.host_ip, port.host_port);
  };
  std::ranges::sort(ports, {}, key);
  ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
}

std::uint16_t read_port_number(AnswerReader& reader, std::string_view name) {
  const auto number = reader.integer(name);
  if (number < 0 || number > UINT16_MAX) reader.fail_at(name);
  return static_cast<std::uint16_t>(number);
}

std::vector<ContainerPort> read_summary_ports(AnswerReader& container) {
  std::vector<ContainerPort> ports;
  const auto all = container.array("Ports");
  for (std::size_t i = 0; i < all.size(); ++i) {
    AnswerReader reader(all.at(i), "a container's port");
    const auto port = read_port_number(reader, "PrivatePort");
    ports.push_back({port, reader.text("Type"), reader.text("IP"), read_port_number(reader, "PublicPort")});
    if (!reader.finish()) container.fail_at("Ports");
  }
  sort_ports(ports);
  return ports;
}

// "8080/tcp"
std::optional<ContainerPort> parse_port_key(std::string_view key) {
  const auto slash = key.find('/');
  const auto port = base::parse_int<std::uint16_t>(key.substr(0, slash));
  if (!port) return std::nullopt;
  return ContainerPort{*port, slash == std::string_view::npos ? "tcp" : std::string(key.substr(slash + 1)), "", 0};
}

// {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "443/tcp": null}
void read_bindings(AnswerReader& settings, std::vector<ContainerPort>& ports) {
  const auto all = settings.object("Ports");
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto port = parse_port_key(all.key(i));
    if (!port) return settings.fail_at("Ports");
    ports.push_back(*port);
    const auto bindings = all.at(i);
    for (std::size_t j = 0; j < bindings.size(); ++j) {
      AnswerReader binding(bindings.at(j), "a published port");
      port->host_ip = binding.text("HostIp");
      const auto host_port = base::parse_int<std::uint16_t>(binding.text("HostPort"));
      if (!host_port) return settings.fail_at("Ports");
      port->host_port = *host_port;
      ports.push_back(*port);
    }
  }
}

void read_exposed(AnswerReader& config, std::vector<ContainerPort>& ports) {
  const auto all = config.object("ExposedPorts");
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto port = parse_port_key(all.key(i));
    if (!port) return config.fail_at("ExposedPorts");
    ports.push_back(*port);
  }
}

// A published port is not listed as exposed beside that.
void drop_exposed_that_are_published(std::vector<ContainerPort>& ports) {
  const auto published = ports;
  std::erase_if(ports, [&](const ContainerPort& port) {
    return port.host_port == 0 && std::ranges::any_of(published, [&](const ContainerPort& other) {
             return other.host_port != 0 && other.port == port.port && other.protocol == port.protocol;
           });
  });
}

void read_health(AnswerReader& state, Container& container) {
  const auto health = state.object("Health");
  if (!health.exists()) return;
  AnswerReader reader(health, "a container's health");
  const auto status = reader.text("Status");
  const auto found = std::ranges::find(kHealths, status.empty() ? "none" : status);
  if (found == kHealths.end()) return state.fail_at("Health");
  container.health = static_cast<Health>(found - kHealths.begin());
  const auto log = reader.array("Log");
  for (std::size_t i = 0; i < log.size(); ++i) {
    AnswerReader probe(log.at(i), "a health probe");
    container.probes.push_back({probe.integer("ExitCode"), probe.text("Output")});
  }
}

void read_mounts(AnswerReader& reader, Container& container) {
  const auto mounts = reader.array("Mounts");
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    AnswerReader mount(mounts.at(i), "a container's mount");
    container.mounts.push_back(
        {mount.text("Type"), mount.text("Name"), mount.text("Source"), mount.text("Destination"), mount.boolean("RW")});
    if (!mount.finish()) reader.fail_at("Mounts");
  }
}

void read_state_object(AnswerReader& reader, Container& container) {
  AnswerReader state(reader.object("State"), "a container's state");
  container.state = read_state(state, "Status");
  container.exit_code = state.integer("ExitCode");
  container.out_of_memory = state.boolean("OOMKilled");
  container.start_error = state.text("Error");
  container.started_at = state.text("StartedAt");
  read_health(state, container);
  if (!state.finish()) reader.fail_at("State");
}

}  // namespace

std::string_view to_string(ContainerState state) { return kStates[static_cast<std::size_t>(state)]; }
std::string_view to_string(Health health) { return kHealths[static_cast<std::size_t>(health)]; }

Result<ContainerSummary> decode_container_summary(JsonValue json) {
  AnswerReader reader(json, "a container");
  ContainerSummary container;
  container.id = reader.required_text("Id");
  container.name = own_name(reader.texts("Names"));
  container.image = reader.text("Image");
  container.image_id = reader.text("ImageID");
  container.created = reader.integer("Created");
  container.state = read_state(reader, "State");
  container.status = reader.text("Status");
  container.health = health_of_status(container.status);
  container.labels = reader.map("Labels");
  container.ports = read_summary_ports(reader);
  if (const auto host = reader.object("HostConfig"); host.exists()) {
    container.network_mode = std::string(host.find("NetworkMode").string().value_or(""));
  }
  if (const auto network = reader.object("NetworkSettings"); network.exists()) {
    AnswerReader settings(network, "a container's networks");
    container.networks = read_networks(settings);
    if (!settings.finish()) reader.fail_at("NetworkSettings");
  }
  BASE_CHECK(reader.finish());
  return container;
}

Result<Container> decode_container(JsonValue json) {
  AnswerReader reader(json, "a container");
  Container container;
  container.id = reader.required_text("Id");
  container.name = without_slash(reader.required_text("Name"));
  container.image_id = reader.text("Image");
  container.restart_count = reader.integer("RestartCount");
  read_state_object(reader, container);
  AnswerReader config(reader.object("Config"), "a container's configuration");
  container.image = config.text("Image");
  container.labels = config.map("Labels");
  container.environment = config.texts("Env");
  read_exposed(config, container.ports);
  if (!config.finish()) reader.fail_at("Config");
  AnswerReader host(reader.object("HostConfig"), "a container's host configuration");
  container.network_mode = host.text("NetworkMode");
  if (!host.finish()) reader.fail_at("HostConfig");
  AnswerReader settings(reader.object("NetworkSettings"), "a container's networks");
  container.networks = read_networks(settings);
  read_bindings(settings, container.ports);
  if (!settings.finish()) reader.fail_at("NetworkSettings");
  read_mounts(reader, container);
  drop_exposed_that_are_published(container.ports);
  sort_ports(container.ports);
  BASE_CHECK(reader.finish());
  return container;
}

}  // namespace gatehouse::docker
