// Containers to dynamic configuration: naming, defaulting and merging exactly as Traefik's Docker provider does, but
// for the network of a container with several, which is chosen by name and not by chance. Pure functions.
#pragma once

#include <vector>

#include "base/result.h"
#include "discovery/constraints.h"
#include "discovery/stack_claims.h"
#include "discovery/updates.h"
#include "docker/container.h"
#include "model/dynamic.h"
#include "model/providers.h"

namespace gatehouse::discovery {

// All containers of the engine, running or not. A container with a mistake is left out, and told of; what its labels
// may not reach for is told of and left out (stack_borders.h).
model::DynamicConfig configure(const std::vector<docker::Container>& containers, const model::DockerProvider& provider,
                               const Constraints& constraints, StackClaims& claims, std::vector<Problem>& problems);

}  // namespace gatehouse::discovery
