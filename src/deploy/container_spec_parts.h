// The parts of container_spec.cpp that have rules of their own: ports, mounts, networks. Used there only.
#pragma once

#include "deploy/container_spec.h"

namespace gatehouse::deploy {

void set_ports(const compose::Service& service, docker::ContainerSpec& spec);
void set_mounts(const compose::Project& project, const compose::Service& service, docker::HostSpec& host);
void set_networks(const compose::Project& project, const compose::Service& service, const std::string& name,
                  ContainerParts& parts);

// "service:x" -> "container:<name of x's first container>"; everything else as it is.
std::string shared_namespace(const compose::Project& project, const std::string& mode);

}  // namespace gatehouse::deploy
