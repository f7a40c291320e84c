// Dynamic configuration from labels and from files. Pure, any thread.
// Errors are kInvalid, the operator's fault; the message names the label or file:line:column and suggests the nearest
// option, the detail has all mistakes, one a line. A container with a wrong label is skipped as a whole, as in Traefik.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/dynamic.h"
#include "model/trait.h"

namespace gatehouse::format {
struct YamlNode;
}

namespace gatehouse::model {

using Labels = std::map<std::string, std::string>;

// The labels below traefik.http, traefik.tcp, traefik.udp and traefik.tls.stores.default; all others are left alone.
base::Result<DynamicConfig> decode_labels(const Labels& labels);

struct DockerLabels {
  std::string network;
  bool allow_non_running = false;
  bool lb_swarm = false;

  bool operator==(const DockerLabels&) const = default;
  static void fields(auto& field) {
    field("network", &DockerLabels::network);
    field("allowNonRunning", &DockerLabels::allow_non_running);
    field("lbSwarm", &DockerLabels::lb_swarm);
  }
};

// What labels say about a container itself.
struct ContainerLabels {
  std::optional<bool> enable;  // unset: exposedByDefault
  std::optional<DockerLabels> docker;
  std::optional<DockerLabels> swarm;

  bool operator==(const ContainerLabels&) const = default;
  static void fields(auto& field) {
    field("enable", &ContainerLabels::enable);
    field("docker", &ContainerLabels::docker);
    field("swarm", &ContainerLabels::swarm);
  }
};

base::Result<ContainerLabels> decode_container_labels(const Labels& labels);

// Labels that look like ours and are read by nobody ("traefik.htpp.routers..."): one line each, with the nearest name.
// Not errors, as in Traefik, but the usual reason why nothing happens.
std::vector<std::string> stray_labels(const Labels& labels);

// A document of the file provider.
base::Result<DynamicConfig> decode_dynamic(const format::YamlNode& document, std::string_view file);

}  // namespace gatehouse::model
