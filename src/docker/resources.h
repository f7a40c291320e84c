// Images, networks and volumes as the engine describes them, and what creates the latter two. Values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "docker/answer_reader.h"

namespace gatehouse::docker {

struct Image {
  std::string id = {};                         // sha256:...
  std::vector<std::string> tags = {};          // name:tag
  std::vector<std::string> repo_digests = {};  // name@sha256:...
  std::string architecture = {};
  std::int64_t size_bytes = 0;
  std::vector<std::string> exposed_ports = {};  // "80/tcp"
  std::vector<std::string> volumes = {};        // paths
  bool has_health_check = false;
  Labels labels = {};
};
base::Result<Image> decode_image(format::JsonValue json);

struct IpamPool {
  std::string subnet = {}, ip_range = {}, gateway = {};
  Labels aux_addresses = {};

  bool operator==(const IpamPool&) const = default;
};

struct Network {
  std::string id = {}, name = {}, driver = {}, scope = {};
  bool internal = false;
  bool attachable = false;
  bool ipv6 = false;
  Labels labels = {}, options = {};
  std::vector<IpamPool> pools = {};
  std::vector<std::string> containers = {};  // ids; only of an inspected network
};
base::Result<Network> decode_network(format::JsonValue json);

struct NetworkSpec {
  std::string name = {};
  std::string driver = {};  // empty: bridge
  bool internal = false;
  bool attachable = false;
  std::optional<bool> ipv4 = {}, ipv6 = {};
  std::string ipam_driver = {};
  std::vector<IpamPool> pools = {};
  Labels ipam_options = {}, options = {}, labels = {};
};
std::string to_json(const NetworkSpec& spec);

struct Volume {
  std::string name = {}, driver = {}, mountpoint = {};
  Labels labels = {}, options = {};
};
base::Result<Volume> decode_volume(format::JsonValue json);

struct VolumeSpec {
  std::string name = {};
  std::string driver = {};  // empty: local
  Labels options = {}, labels = {};
};
std::string to_json(const VolumeSpec& spec);

// "name", "host:5000/name", "name:tag", "name@sha256:..." -> the name and the tag or digest that the engine is asked
// for; "latest" where neither is given.
struct ImageReference {
  std::string name = {};
  std::string tag = {};  // or "sha256:..."
};
ImageReference parse_image_reference(std::string_view text);

}  // namespace gatehouse::docker
