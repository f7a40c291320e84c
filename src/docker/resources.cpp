#include "docker/resources.h"

namespace gatehouse::docker {

using base::Result;
using format::JsonValue;
using format::JsonWriter;

namespace {

std::vector<std::string> keys_of(JsonValue object) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < object.size(); ++i) keys.emplace_back(object.key(i));
  return keys;
}

void write_map(JsonWriter& writer, std::string_view name, const Labels& values) {
  if (values.empty()) return;
  writer.key(name).begin_object();
  for (const auto& [key, value] : values) writer.key(key).string(value);
  writer.end_object();
}

void write_text(JsonWriter& writer, std::string_view name, const std::string& value) {
  if (!value.empty()) writer.key(name).string(value);
}

std::vector<IpamPool> read_pools(AnswerReader& reader) {
  std::vector<IpamPool> pools;
  const auto all = reader.object("IPAM").find("Config");
  for (std::size_t i = 0; i < all.size(); ++i) {
    AnswerReader pool(all.at(i), "a network's address pool");
    pools.push_back({pool.text("Subnet"), pool.text("IPRange"), pool.text("Gateway"), pool.map("AuxiliaryAddresses")});
    if (!pool.finish()) reader.fail_at("IPAM");
  }
  return pools;
}

}  // namespace

Result<Image> decode_image(JsonValue json) {
  AnswerReader reader(json, "an image");
  Image image;
  image.id = reader.required_text("Id");
  image.tags = reader.texts("RepoTags");
  image.repo_digests = reader.texts("RepoDigests");
  image.architecture = reader.text("Architecture");
  image.size_bytes = reader.integer("Size");
  if (const auto config = reader.object("Config"); config.exists()) {
    AnswerReader settings(config, "an image's configuration");
    image.labels = settings.map("Labels");
    image.exposed_ports = keys_of(settings.object("ExposedPorts"));
    image.volumes = keys_of(settings.object("Volumes"));
    const auto test = settings.object("Healthcheck").find("Test");
    image.has_health_check = test.size() > 0 && test.at(0).string() != "NONE";
    if (!settings.finish()) reader.fail_at("Config");
  }
  BASE_CHECK(reader.finish());
  return image;
}

Result<Network> decode_network(JsonValue json) {
  AnswerReader reader(json, "a network");
  Network network{reader.required_text("Id"),
                  reader.required_text("Name"),
                  reader.text("Driver"),
                  reader.text("Scope"),
                  reader.boolean("Internal"),
                  reader.boolean("Attachable"),
                  reader.boolean("EnableIPv6"),
                  reader.map("Labels"),
                  reader.map("Options"),
                  read_pools(reader),
                  keys_of(reader.object("Containers"))};
  BASE_CHECK(reader.finish());
  return network;
}

std::string to_json(const NetworkSpec& spec) {
  JsonWriter writer;
  writer.begin_object().key("Name").string(spec.name).key("CheckDuplicate").boolean(true);
  write_text(writer, "Driver", spec.driver);
  if (spec.internal) writer.key("Internal").boolean(true);
  if (spec.attachable) writer.key("Attachable").boolean(true);
  if (spec.ipv4) writer.key("EnableIPv4").boolean(*spec.ipv4);
  if (spec.ipv6) writer.key("EnableIPv6").boolean(*spec.ipv6);
  if (!spec.ipam_driver.empty() || !spec.pools.empty() || !spec.ipam_options.empty()) {
    writer.key("IPAM").begin_object();
    write_text(writer, "Driver", spec.ipam_driver);
    write_map(writer, "Options", spec.ipam_options);
    writer.key("Config").begin_array();
    for (const auto& pool : spec.pools) {
      writer.begin_object();
      write_text(writer, "Subnet", pool.subnet);
      write_text(writer, "IPRange", pool.ip_range);
      write_text(writer, "Gateway", pool.gateway);
      write_map(writer, "AuxiliaryAddresses", pool.aux_addresses);
      writer.end_object();
    }
    writer.end_array().end_object();
  }
  write_map(writer, "Options", spec.options);
  write_map(writer, "Labels", spec.labels);
  writer.end_object();
  return writer.take();
}

Result<Volume> decode_volume(JsonValue json) {
  AnswerReader reader(json, "a volume");
  Volume volume{reader.required_text("Name"), reader.text("Driver"), reader.text("Mountpoint"), reader.map("Labels"),
                reader.map("Options")};
  BASE_CHECK(reader.finish());
  return volume;
}

std::string to_json(const VolumeSpec& spec) {
  JsonWriter writer;
  writer.begin_object().key("Name").string(spec.name);
  write_text(writer, "Driver", spec.driver);
  write_map(writer, "DriverOpts", spec.options);
  write_map(writer, "Labels", spec.labels);
  writer.end_object();
  return writer.take();
}

ImageReference parse_image_reference(std::string_view text) {
  if (const auto at = text.find('@'); at != std::string_view::npos) {
    auto name = text.substr(0, at);
    const auto colon = name.rfind(':');
    const bool has_tag = colon != std::string_view::npos && name.find('/', colon) == std::string_view::npos;
    if (has_tag) name = name.substr(0, colon);
    return {std::string(name), std::string(text.substr(at + 1))};
  }
  const auto colon = text.rfind(':');
  // "host:5000/name": that colon is the host's.
  const bool has_tag = colon != std::string_view::npos && text.find('/', colon) == std::string_view::npos;
  if (!has_tag) return {std::string(text), "latest"};
  return {std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

}  // namespace gatehouse::docker
