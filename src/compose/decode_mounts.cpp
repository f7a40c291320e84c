#include <fmt/format.h>

#include "compose/decode.h"
#include "compose/quantity.h"
#include "compose/short_form.h"

namespace gatehouse::compose {

namespace {

std::optional<Port> decode_long_port(const FieldReader& reader) {
  Port port;
  port.at = reader.at();
  const auto* target = reader.find("target");
  const auto range = target == nullptr ? std::nullopt : parse_port_range(text_of_scalar(*target));
  if (!range || range->first == 0 || range->first != range->last) {
    reader.decoding().problems.error(reader.at(), reader.path_of("target") + " has to be a port from 1 to 65535");
    return std::nullopt;
  }
  port.target = range->first;
  reader.text("published", port.published);
  if (!port.published.empty() && !parse_port_range(port.published)) {
    reader.fail(*reader.find("published"), "published", "is no port and no range of ports");
  }
  reader.text("host_ip", port.host_ip);
  reader.text("protocol", port.protocol);
  reader.text("mode", port.mode);
  reader.text("name", port.name);
  reader.text("app_protocol", port.app_protocol);
  return port;
}

void read_mount_options(const FieldReader& reader, Mount& mount) {
  const auto bind = reader.under("bind");
  bind.flag("create_host_path", mount.bind_create_host_path);
  bind.text("propagation", mount.bind_propagation);
  bind.text("selinux", mount.bind_selinux);
  bind.text("recursive", mount.bind_recursive);
  const auto volume = reader.under("volume");
  volume.flag("nocopy", mount.volume_nocopy);
  volume.text("subpath", mount.volume_subpath);
  volume.labels("labels", mount.volume_labels);
  const auto tmpfs = reader.under("tmpfs");
  tmpfs.size("size", mount.tmpfs_size_bytes);
  tmpfs.integer("mode", mount.tmpfs_mode);
  reader.under("image").text("subpath", mount.image_subpath);
}

Mount decode_long_mount(const FieldReader& reader) {
  Mount mount;
  mount.at = reader.at();
  reader.text("type", mount.type);
  reader.text("source", mount.source);
  reader.text("target", mount.target);
  reader.flag("read_only", mount.read_only);
  reader.text("consistency", mount.consistency);
  read_mount_options(reader, mount);
  if (mount.target.empty()) {
    reader.decoding().problems.error(reader.at(), reader.path_of("target") + " is missing: say where it is mounted");
  }
  if (mount.type == "bind" && mount.source.empty()) {
    reader.decoding().problems.error(reader.at(), reader.path_of("source") + " is missing: say what is mounted");
  }
  return mount;
}

}  // namespace

std::vector<Port> decode_ports(const FieldReader& service) {
  std::vector<Port> ports;
  const auto* list = service.find("ports");
  if (list == nullptr) return ports;
  for (const auto& item : list->items) {
    if (item.is_mapping()) {
      const FieldReader reader(item, service.path_of("ports"), service.decoding());
      if (auto port = decode_long_port(reader)) ports.push_back(*std::move(port));
    } else if (auto parsed = parse_port(text_of_scalar(item), item.at)) {
      ports.insert(ports.end(), parsed->begin(), parsed->end());
    } else {
      service.fail(item, "ports", "is no port: " + parsed.error().message);
    }
  }
  return ports;
}

std::vector<Mount> decode_mounts(const FieldReader& service) {
  std::vector<Mount> mounts;
  const auto* list = service.find("volumes");
  if (list == nullptr) return mounts;
  for (const auto& item : list->items) {
    if (item.is_mapping()) {
      mounts.push_back(decode_long_mount({item, service.path_of("volumes"), service.decoding()}));
    } else if (auto mount = parse_mount(item.text, item.at)) {
      mounts.push_back(*std::move(mount));
    } else {
      service.fail(item, "volumes", "is no mount: " + mount.error().message);
      continue;
    }
    auto& mount = mounts.back();
    if (mount.type == "bind") mount.source = absolute_path(mount.source, item.at, service.decoding().sources);
  }
  return mounts;
}

std::vector<FileMount> decode_file_mounts(const FieldReader& service, std::string_view key, std::string_view folder) {
  std::vector<FileMount> mounts;
  const auto* list = service.find(key);
  if (list == nullptr) return mounts;
  for (const auto& item : list->items) {
    FileMount mount;
    mount.at = item.at;
    if (item.is_mapping()) {
      const FieldReader reader(item, service.path_of(key), service.decoding());
      reader.text("source", mount.source);
      reader.text("target", mount.target);
      reader.text("uid", mount.uid);
      reader.text("gid", mount.gid);
      reader.integer("mode", mount.mode);
    } else {
      mount.source = item.text;
    }
    if (mount.target.empty()) mount.target = mount.source;
    if (!mount.target.starts_with('/')) mount.target.insert(0, folder);
    mounts.push_back(std::move(mount));
  }
  return mounts;
}

}  // namespace gatehouse::compose
