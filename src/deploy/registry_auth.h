// What `docker login` has left for an image's registry, as the engine wants it. Blocking (reads a small file).
#pragma once

#include <string_view>

#include "base/secret.h"

namespace gatehouse::deploy {

// The X-Registry-Auth field: from $DOCKER_CONFIG/config.json or ~/.docker/config.json. Empty where there is nothing for
// the registry: the engine asks without then. Programs that keep credentials (credHelpers) are not asked.
base::Secret registry_auth(std::string_view image);

// "registry.test:5000/a/b" -> "registry.test:5000"; what has no host is on Docker Hub.
std::string_view registry_of(std::string_view image);

}  // namespace gatehouse::deploy
