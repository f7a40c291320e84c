#include <fmt/format.h>

#include "compose/decode.h"

namespace gatehouse::compose {

using format::YamlNode;

namespace {

// "external: true" and the old "external: {name: x}".
void read_external(const FieldReader& reader, bool& external, std::string& name) {
  const auto* value = reader.find("external");
  if (value == nullptr) return;
  if (!value->is_mapping()) {
    reader.flag("external", external);
    return;
  }
  external = true;
  if (!name.empty() && value->find("name") != nullptr) {
    reader.decoding().problems.error(value->at,
                                     reader.path_of("external") + ".name and name are both given; keep name alone");
  }
  reader.under("external").text("name", name);
}

Network decode_network(const std::string& key, const FieldReader& reader) {
  Network network;
  network.key = key;
  reader.text("name", network.name);
  read_external(reader, network.external, network.name);
  reader.text("driver", network.driver);
  reader.options("driver_opts", network.driver_opts);
  reader.flag("internal", network.internal);
  reader.flag("attachable", network.attachable);
  reader.flag("enable_ipv4", network.enable_ipv4);
  reader.flag("enable_ipv6", network.enable_ipv6);
  reader.labels("labels", network.labels);
  const auto ipam = reader.under("ipam");
  ipam.text("driver", network.ipam_driver);
  ipam.options("options", network.ipam_options);
  const auto* configs = ipam.find("config");
  if (configs == nullptr) return network;
  for (const auto& item : configs->items) {
    const FieldReader config(item, ipam.path_of("config"), reader.decoding());
    IpamConfig result;
    config.text("subnet", result.subnet);
    config.text("ip_range", result.ip_range);
    config.text("gateway", result.gateway);
    config.options("aux_addresses", result.aux_addresses);
    network.ipam.push_back(std::move(result));
  }
  return network;
}

Volume decode_volume(const std::string& key, const FieldReader& reader) {
  Volume volume;
  volume.key = key;
  reader.text("name", volume.name);
  read_external(reader, volume.external, volume.name);
  reader.text("driver", volume.driver);
  reader.options("driver_opts", volume.driver_opts);
  reader.labels("labels", volume.labels);
  for (const auto& entry : reader.node().entries) {
    if (!volume.external || entry.key == "external" || entry.key == "name" || entry.key.starts_with("x-")) continue;
    reader.decoding().problems.error(
        entry.key_at, fmt::format("{} cannot stand beside 'external'; an external volume is made elsewhere",
                                  reader.path_of(entry.key)));
  }
  // A bind mount in disguise: its device is a path like any other.
  const auto option = volume.driver_opts.find("o");
  const auto device = volume.driver_opts.find("device");
  const bool is_local = volume.driver.empty() || volume.driver == "local";
  if (is_local && option != volume.driver_opts.end() && option->second == "bind" &&
      device != volume.driver_opts.end()) {
    device->second = absolute_path(device->second, reader.find("driver_opts")->at, reader.decoding().sources);
  }
  return volume;
}

FileObject decode_file_object(const std::string& key, const FieldReader& reader) {
  FileObject object;
  object.key = key;
  reader.text("name", object.name);
  read_external(reader, object.external, object.name);
  std::string file;
  reader.path("file", file);
  object.file = file;
  reader.text("environment", object.environment);
  reader.text("content", object.content);
  reader.labels("labels", object.labels);
  reader.text("driver", object.driver);
  reader.options("driver_opts", object.driver_opts);
  reader.text("template_driver", object.template_driver);
  const auto count =
      (reader.has("file") ? 1 : 0) + (reader.has("environment") ? 1 : 0) + (reader.has("content") ? 1 : 0);
  if (count > 1 || (count == 0 && !object.external && object.driver.empty())) {
    reader.decoding().problems.error(
        reader.at(), fmt::format("{} needs {} of file, environment and, for a config, content", reader.path_of(""),
                                 count > 1 ? "only one" : "one"));
  }
  return object;
}

template <class Item, class Decode>
void decode_section(const YamlNode& file, std::string_view section, Decoding decoding,
                    std::map<std::string, Item, std::less<>>& items, Decode decode) {
  const FieldReader root(file, std::string(section), decoding);
  const auto* node = root.find(section);
  if (node == nullptr) return;
  const FieldReader entries(*node, std::string(section), decoding);
  for (const auto& entry : node->entries) {
    auto item = decode(entry.key, entries.under(entry.key));
    item.at = entry.key_at;
    items.insert_or_assign(entry.key, std::move(item));
  }
}

}  // namespace

void decode_project(const YamlNode& file, Decoding decoding, Project& project) {
  decode_section(file, "networks", decoding, project.networks, decode_network);
  decode_section(file, "volumes", decoding, project.volumes, decode_volume);
  decode_section(file, "secrets", decoding, project.secrets, decode_file_object);
  decode_section(file, "configs", decoding, project.configs, decode_file_object);
  for (const auto& entry : file.entries) {
    if (entry.key.starts_with("x-")) project.extensions.set(entry.key, entry.value);
  }
  const auto* services = file.find("services");
  if (services == nullptr) return;
  for (const auto& entry : services->entries) {
    project.services.insert_or_assign(entry.key, decode_service(entry.key, entry.value, entry.key_at, decoding));
  }
}

}  // namespace gatehouse::compose
