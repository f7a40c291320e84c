#include "compose/normalise.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "compose/dotenv.h"

namespace gatehouse::compose {

namespace {

constexpr std::string_view kServicePrefix = "service:";

void add_dependency(Service& service, std::string_view on, std::string_view key, bool restart) {
  const auto [place, added] = service.depends_on.try_emplace(std::string(on));
  if (!added) return;
  place->second.at = service.position_of(key);
  place->second.restart = restart;
  place->second.implicit = true;
}

void add_implied_dependencies(Service& service) {
  for (const auto& link : service.links) {
    add_dependency(service, std::string_view(link).substr(0, link.find(':')), "links", true);
  }
  for (const auto& from : service.volumes_from) {
    if (!from.starts_with("container:")) {
      add_dependency(service, std::string_view(from).substr(0, from.find(':')), "volumes_from", false);
    }
  }
  const std::pair<std::string_view, const std::string*> namespaces[] = {{"network_mode", &service.network_mode},
                                                                        {"ipc", &service.ipc},
                                                                        {"pid", &service.pid},
                                                                        {"uts", &service.uts},
                                                                        {"cgroup", &service.cgroup}};
  for (const auto& [key, value] : namespaces) {
    if (value->starts_with(kServicePrefix)) {
      add_dependency(service, std::string_view(*value).substr(kServicePrefix.size()), key, true);
    }
  }
}

// The engine's name of a resource: its own, its key when it is made elsewhere, else led by the project's name.
template <class Resources>
void name_resources(Resources& resources, std::string_view project) {
  for (auto& [key, resource] : resources) {
    resource.key = key;
    if (resource.name.empty()) resource.name = resource.external ? key : fmt::format("{}_{}", project, key);
  }
}

void merge_env_file(const EnvFile& file, const ReadFile& read_file, const Lookup& lookup, VariableMap& variables,
                    Environment& earlier, Problems& problems) {
  const auto text = read_file(file.path);
  if (!text && !file.required && text.error().code == base::ErrorCode::kNotFound) return;
  auto dotenv = base::Result<Dotenv>();
  if (!text) {
    dotenv = base::fail(text.error());
  } else if (file.format == "raw") {
    dotenv = parse_raw_env(*text, file.path.string(), lookup);
  } else if (!file.format.empty()) {
    problems.error(file.at, fmt::format("env_file: the format '{}' is not known; it can be raw", file.format));
    return;
  } else {
    dotenv = parse_dotenv(*text, file.path.string(), lookup, earlier);
  }
  if (!dotenv) {
    problems.error(file.at, dotenv.error().message);
    return;
  }
  for (auto& [name, value] : dotenv->values) {
    variables.insert_or_assign(name, Variable{value, file.at});
    earlier.insert_or_assign(name, std::move(value));
  }
}

void pass_through(VariableMap& variables, const Sources& sources) {
  for (auto& [name, variable] : variables) {
    if (variable.value) continue;
    const auto& environment = *sources.of(variable.at).environment;
    if (const auto found = environment.find(name); found != environment.end()) variable.value = found->second;
  }
}

void resolve_environment(Service& service, const Sources& sources, const ReadFile* read_file, Problems& problems) {
  pass_through(service.environment, sources);
  if (service.build) pass_through(service.build->args, sources);
  if (read_file == nullptr) return;
  VariableMap variables;
  Environment earlier;
  for (const auto& file : service.env_files) {
    const auto& environment = *sources.of(file.at).environment;
    const Lookup lookup = [&](std::string_view name) -> std::optional<std::string> {
      if (const auto found = environment.find(name); found != environment.end()) return found->second;
      const auto own = service.environment.find(name);
      return own == service.environment.end() ? std::nullopt : own->second.value;
    };
    merge_env_file(file, *read_file, lookup, variables, earlier, problems);
  }
  // `environment` wins over env_file.
  for (auto& [name, variable] : service.environment) variables.insert_or_assign(name, std::move(variable));
  service.environment = std::move(variables);
  VariableMap labels;
  for (const auto& file : service.label_files) {
    merge_env_file(file, *read_file, lookup_in({}), labels, earlier, problems);
  }
  for (auto& [name, label] : labels) service.labels.try_emplace(name, Located{*label.value, label.at});
}

}  // namespace

void fill_in_defaults(Project& project) {
  bool default_network = false;
  for (auto* services : {&project.services, &project.disabled_services}) {
    for (auto& [name, service] : *services) {
      if (service.networks.empty() && service.network_mode.empty()) {
        service.networks["default"].at = service.at;
      }
      default_network = default_network || service.networks.contains("default");
      if (service.pull_policy == "if_not_present") service.pull_policy = "missing";
      add_implied_dependencies(service);
    }
  }
  if (default_network && !project.networks.contains("default")) project.networks["default"].implicit = true;
  name_resources(project.networks, project.name);
  name_resources(project.volumes, project.name);
  name_resources(project.secrets, project.name);
  name_resources(project.configs, project.name);
}

void select_services(Project& project, const Strings& services) {
  const auto is_active = [&](const Service& service) {
    if (service.profiles.empty() || std::ranges::count(services, service.name) > 0) return true;
    return std::ranges::any_of(service.profiles, [&](const auto& profile) {
      return std::ranges::any_of(project.profiles,
                                 [&](const auto& active) { return active == "*" || active == profile; });
    });
  };
  for (auto it = project.services.begin(); it != project.services.end();) {
    const auto here = it++;
    if (!is_active(here->second)) project.disabled_services.insert(project.services.extract(here));
  }
}

void mark_all_used(Project& project) {
  for (auto& entry : project.networks) entry.second.used = true;
  for (auto& entry : project.volumes) entry.second.used = true;
  for (auto& entry : project.secrets) entry.second.used = true;
  for (auto& entry : project.configs) entry.second.used = true;
}

void resolve_environments(Project& project, const ReadFile* read_file, Problems& problems) {
  for (auto& [name, service] : project.services) resolve_environment(service, project.sources, read_file, problems);
}

}  // namespace gatehouse::compose
