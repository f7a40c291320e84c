#include "deploy/container_spec_parts.h"

#include <algorithm>
#include <filesystem>

#include "base/parse_int.h"

namespace gatehouse::deploy {

using compose::Project;
using compose::Service;
using docker::HostSpec;
using docker::MountSpec;
using docker::NetworkEndpointSpec;

namespace {

constexpr std::string_view kServicePrefix = "service:";
constexpr std::string_view kContainerPrefix = "container:";

std::string first_container_of(const Project& project, std::string_view service) {
  const auto found = project.services.find(service);
  if (found == project.services.end()) return std::string(service);
  return name_of(project, found->second, 1);
}

// "9000-9010/udp": each of them.
void expose(std::string_view text, std::vector<std::string>& exposed) {
  const auto slash = text.find('/');
  const auto protocol = slash == std::string_view::npos ? std::string("tcp") : std::string(text.substr(slash + 1));
  const auto range = text.substr(0, slash);
  const auto dash = range.find('-');
  const auto first = base::parse_int<std::uint16_t>(range.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : base::parse_int<std::uint16_t>(range.substr(dash + 1));
  if (!first || !last) return;
  for (unsigned port = *first; port <= *last; ++port) exposed.push_back(std::to_string(port) + "/" + protocol);
}

// The short form, because the engine makes a folder that is missing for it only.
std::string bind_text(const compose::Mount& mount) {
  std::string text = mount.source + ":" + mount.target;
  std::vector<std::string> options;
  options.emplace_back(mount.read_only ? "ro" : "rw");
  if (!mount.bind_selinux.empty()) options.push_back(mount.bind_selinux);
  if (!mount.bind_propagation.empty()) options.push_back(mount.bind_propagation);
  text += ":" + options.front();
  for (std::size_t i = 1; i < options.size(); ++i) text += "," + options[i];
  return text;
}

bool is_short_bind(const compose::Mount& mount) {
  const bool has_colon = mount.source.find(':') != std::string::npos || mount.target.find(':') != std::string::npos;
  return mount.type == "bind" && mount.bind_create_host_path && !has_colon;
}

MountSpec make_mount(const Project& project, const compose::Mount& mount) {
  MountSpec spec{.type = mount.type, .source = mount.source, .target = mount.target};
  spec.read_only = mount.read_only;
  spec.propagation = mount.bind_propagation;
  spec.no_copy = mount.volume_nocopy;
  spec.volume_subpath = mount.volume_subpath;
  for (const auto& [name, value] : mount.volume_labels) spec.volume_labels.emplace(name, value.text);
  spec.tmpfs_size_bytes = mount.tmpfs_size_bytes;
  spec.tmpfs_mode = mount.tmpfs_mode;
  if (mount.type == "volume") {
    const auto volume = project.volumes.find(mount.source);
    if (volume != project.volumes.end()) spec.source = volume->second.name;
  }
  return spec;
}

// Secrets and configs that files hold are bound; the others are copied in (injected_files()).
template <class Mounts, class Objects>
void bind_files(const Mounts& mounts, const Objects& objects, HostSpec& host) {
  for (const auto& mount : mounts) {
    const auto object = objects.find(mount.source);
    if (object == objects.end() || object->second.file.empty()) continue;
    MountSpec spec{.type = "bind", .source = object->second.file.string(), .target = mount.target};
    spec.read_only = true;
    host.mounts.push_back(std::move(spec));
  }
}

template <class Mounts, class Objects>
void inject(const Project& project, const Mounts& mounts, const Objects& objects, std::vector<InjectedFile>& files) {
  for (const auto& mount : mounts) {
    const auto object = objects.find(mount.source);
    if (object == objects.end() || !object->second.file.empty() || object->second.external) continue;
    InjectedFile file{.path = mount.target, .content = object->second.content};
    if (!object->second.environment.empty()) {
      const auto value = project.environment.find(object->second.environment);
      if (value != project.environment.end()) file.content = value->second;
    }
    constexpr std::int64_t kDefaultMode = 0444;
    file.mode = mount.mode.value_or(kDefaultMode);
    file.uid = base::parse_int<std::int64_t>(mount.uid).value_or(0);
    file.gid = base::parse_int<std::int64_t>(mount.gid).value_or(0);
    files.push_back(std::move(file));
  }
}

// "db:database" -> "<container of db>:database".
docker::Texts make_links(const Project& project, const Service& service) {
  docker::Texts links;
  for (const auto& link : service.links) {
    const auto colon = link.find(':');
    const auto target = link.substr(0, colon);
    const auto alias = colon == std::string::npos ? target : link.substr(colon + 1);
    links.push_back(first_container_of(project, target) + ":" + alias);
  }
  for (const auto& link : service.external_links) {
    links.push_back(link.find(':') == std::string::npos ? link + ":" + link : link);
  }
  return links;
}

NetworkEndpointSpec make_endpoint(const Project& project, const Service& service, const std::string& container,
                                  const std::string& key, const compose::Attachment& attachment) {
  NetworkEndpointSpec endpoint;
  const auto network = project.networks.find(key);
  endpoint.network = network == project.networks.end() ? key : network->second.name;
  endpoint.aliases = {container, service.name};
  for (const auto& alias : attachment.aliases) {
    if (std::ranges::find(endpoint.aliases, alias) == endpoint.aliases.end()) endpoint.aliases.push_back(alias);
  }
  endpoint.ipv4 = attachment.ipv4_address;
  endpoint.ipv6 = attachment.ipv6_address;
  endpoint.link_local_ips = attachment.link_local_ips;
  endpoint.mac_address = attachment.mac_address;
  endpoint.driver_opts = attachment.driver_opts;
  endpoint.links = make_links(project, service);
  return endpoint;
}

}  // namespace

std::string shared_namespace(const Project& project, const std::string& mode) {
  if (!mode.starts_with(kServicePrefix)) return mode;
  return std::string(kContainerPrefix) + first_container_of(project, mode.substr(kServicePrefix.size()));
}

void set_ports(const Service& service, docker::ContainerSpec& spec) {
  for (const auto& text : service.expose) expose(text.text, spec.exposed_ports);
  for (const auto& port : service.ports) {
    auto name = std::to_string(port.target) + "/" + port.protocol;
    spec.exposed_ports.push_back(name);
    spec.host.ports.push_back({std::move(name), port.host_ip, port.published});
  }
  std::ranges::sort(spec.exposed_ports);
  const auto repeated = std::ranges::unique(spec.exposed_ports);
  spec.exposed_ports.erase(repeated.begin(), repeated.end());
}

void set_mounts(const Project& project, const Service& service, HostSpec& host) {
  for (const auto& mount : service.volumes) {
    if (is_short_bind(mount)) {
      host.binds.push_back(bind_text(mount));
    } else {
      host.mounts.push_back(make_mount(project, mount));
    }
  }
  for (const auto& mount : service.tmpfs) {
    const auto colon = mount.text.find(':');
    host.tmpfs[mount.text.substr(0, colon)] = colon == std::string::npos ? "" : mount.text.substr(colon + 1);
  }
  for (const auto& from : service.volumes_from) {
    if (from.starts_with(kContainerPrefix)) {
      host.volumes_from.push_back(from.substr(kContainerPrefix.size()));
      continue;
    }
    const auto colon = from.find(':');
    const auto options = colon == std::string::npos ? "" : from.substr(colon);
    host.volumes_from.push_back(first_container_of(project, from.substr(0, colon)) + options);
  }
  bind_files(service.secrets, project.secrets, host);
  bind_files(service.configs, project.configs, host);
}

void set_networks(const Project& project, const Service& service, const std::string& name, ContainerParts& parts) {
  if (!service.network_mode.empty()) {
    parts.spec.host.network_mode = shared_namespace(project, service.network_mode);
    return;
  }
  // The first network is the one with the highest priority: it gives the default route.
  std::vector<std::pair<std::string, const compose::Attachment*>> attachments;
  for (const auto& [key, attachment] : service.networks) attachments.emplace_back(key, &attachment);
  std::ranges::sort(attachments, [](const auto& a, const auto& b) {
    const auto priority_a = a.second->priority.value_or(0);
    const auto priority_b = b.second->priority.value_or(0);
    return priority_a != priority_b ? priority_a > priority_b : a.first < b.first;
  });
  for (const auto& [key, attachment] : attachments) {
    auto endpoint = make_endpoint(project, service, name, key, *attachment);
    if (parts.spec.network) {
      parts.more_networks.push_back(std::move(endpoint));
      continue;
    }
    if (endpoint.mac_address.empty()) endpoint.mac_address = service.mac_address;
    parts.spec.host.network_mode = endpoint.network;
    parts.spec.network = std::move(endpoint);
  }
  if (attachments.empty()) parts.spec.host.network_mode = "none";
}

std::vector<InjectedFile> injected_files(const Project& project, const Service& service) {
  std::vector<InjectedFile> files;
  inject(project, service.secrets, project.secrets, files);
  inject(project, service.configs, project.configs, files);
  return files;
}

}  // namespace gatehouse::deploy
