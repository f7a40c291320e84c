// Names that Traefik derives for containers, and the template of default rules. Pure functions.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "docker/container.h"

namespace gatehouse::discovery {

// Every run of characters that are neither letters nor digits becomes one '-', none at the ends.
std::string normalize(std::string_view name);

// "web_shop" of service web in compose project shop, else the container's name.
std::string service_name(const docker::Container& container);

// Renders providers.docker.defaultRule, a Go template: {{ .Name }}, {{ .ContainerName }}, {{ normalize .Name }},
// {{ index .Labels "key" }}, with pipes to normalize, lower, upper, trimPrefix, trimSuffix and replace. kUnsupported
// names what of it is not.
base::Result<std::string> render_default_rule(std::string_view rule_template, const docker::Container& container);

}  // namespace gatehouse::discovery
