// Adoption: what became of a Traefik service in a compose file. `gatehouse deploy` and `up` do not start it; they write
// this record into the state folder (adopted/<project>.json), and control takes it for its configuration, at its start
// and whenever a record changes. Everything in it is as the host sees it: addresses are those that the service's ports
// were published at, paths are those behind its bind mounts. Pure values; made by deploy, read by control.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/static.h"

namespace gatehouse::model {

// A folder or file of the service's container, and where it is on the host.
struct AdoptedMount {
  std::string container;
  std::string host;

  bool operator==(const AdoptedMount&) const = default;
  static void fields(auto& field) {
    field("container", &AdoptedMount::container);
    field("host", &AdoptedMount::host);
  }
};

struct Adoption {
  std::string project;
  std::string service;
  std::string image;
  std::string source;  // "infra/reverse-proxy/traefik/docker-compose.yml:4:5", for messages
  StaticConfig config;
  // The service's own labels (a router for the dashboard, middlewares): dynamic configuration of the provider docker.
  std::map<std::string, std::string> labels;
  std::vector<std::string> networks;  // names of the engine's networks that it was attached to
  std::vector<AdoptedMount> mounts;   // for paths in dynamic files, which speak of the container's

  bool operator==(const Adoption&) const = default;
  static void fields(auto& field) {
    field("project", &Adoption::project);
    field("service", &Adoption::service);
    field("image", &Adoption::image);
    field("source", &Adoption::source);
    field("config", &Adoption::config);
    field("labels", &Adoption::labels);
    field("networks", &Adoption::networks);
    field("mounts", &Adoption::mounts);
  }

  // The path on the host of a path in the container; itself where no mount holds it.
  [[nodiscard]] std::string host_path(std::string_view container_path) const;
};

inline constexpr std::int64_t kAdoptionVersion = 1;

// JSON with the version. It may hold secrets (hashes of passwords, tokens): files of it are for root alone.
std::string encode(const Adoption& adoption);
// kInvalid for what is no record, kUnsupported for another version. `file` names it in errors.
base::Result<Adoption> decode_adoption(std::string_view text, std::string_view file);

// Where records live below the state folder.
inline constexpr std::string_view kAdoptedFolder = "adopted";

}  // namespace gatehouse::model
