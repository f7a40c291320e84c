// From a service of a compose project to the containers that the engine is asked for, and to what networks and volumes
// are created with. Pure functions, any thread.
#pragma once

#include <string>
#include <vector>

#include "compose/project.h"
#include "deploy/config_hash.h"
#include "docker/container_spec.h"
#include "docker/resources.h"

namespace gatehouse::deploy {

// One container of a service.
struct ContainerIdentity {
  std::int64_t number = 1;
  std::string name;
  std::string image_id;  // what the service's image is at the moment
  ConfigHash hash;
  std::string version;  // of this program
};

struct ContainerParts {
  docker::ContainerSpec spec;
  std::vector<docker::NetworkEndpointSpec> more_networks;  // to be joined between create and start
};

ContainerParts make_container(const compose::Project& project, const compose::Service& service,
                              const ContainerIdentity& identity);

// container_name, or the project's, the service's and the number.
std::string name_of(const compose::Project& project, const compose::Service& service, std::int64_t number);
// `image`, or the name that a built one gets.
std::string image_of(const compose::Project& project, const compose::Service& service);

docker::NetworkSpec make_network(const compose::Project& project, const compose::Network& network,
                                 const std::string& version);
docker::VolumeSpec make_volume(const compose::Project& project, const compose::Volume& volume,
                               const std::string& version);

// A file that has to be copied into the container before it starts: a secret or config that no file holds.
struct InjectedFile {
  std::string path;  // absolute, in the container
  std::string content;
  std::int64_t mode = 0444;
  std::int64_t uid = 0, gid = 0;
};
std::vector<InjectedFile> injected_files(const compose::Project& project, const compose::Service& service);

}  // namespace gatehouse::deploy
