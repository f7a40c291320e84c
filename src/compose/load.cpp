#include "compose/load.h"

#include <fmt/format.h>

#include "base/text.h"
#include "compose/decode.h"
#include "compose/merge.h"
#include "compose/normalise.h"
#include "compose/tree_loader.h"
#include "compose/tree_variables.h"
#include "compose/workspace.h"
#include "sys/file.h"

namespace gatehouse::compose {

using format::YamlNode;

namespace {

FileContext context_of(const Workspace::File& file, const Workspace& workspace,
                       std::shared_ptr<const Environment> environment) {
  return {file.name, file.path, workspace.directory, std::move(environment)};
}

// The last top-level `name` of the files, its variables replaced. Errors are left to the load proper.
std::string name_in_files(const LoadOptions& options, const Workspace& workspace) {
  std::string name;
  const auto lookup = lookup_in({&workspace.environment});
  for (const auto& file : workspace.files) {
    const auto text = options.read_file(file.path);
    const auto documents = text ? format::parse_yaml_documents(*text) : base::fail(text.error());
    if (!documents) continue;
    for (const auto& document : *documents) {
      const auto* node = document.find("name");
      if (node == nullptr || !node->is_scalar()) continue;
      if (auto result = interpolate(node->text, lookup)) name = std::move(result->text);
    }
  }
  return name;
}

Strings active_profiles(const LoadOptions& options, const Environment& environment) {
  Strings profiles = options.profiles;
  if (const auto listed = environment.find("COMPOSE_PROFILES"); listed != environment.end()) {
    for (auto& profile : base::split_list(listed->second)) profiles.push_back(std::move(profile));
  }
  return profiles;
}

}  // namespace

base::Result<std::string> read_compose_file(const std::filesystem::path& path) {
  return sys::read_file(path, kComposeFileBytesMax);
}

base::Result<Project> load(const LoadOptions& options) {
  BASE_TRY(auto workspace, open_workspace(options));
  Project project;
  BASE_TRY(project.name, choose_project_name(options, workspace, name_in_files(options, workspace)));
  workspace.environment["COMPOSE_PROJECT_NAME"] = project.name;
  project.directory = workspace.directory;
  project.profiles = active_profiles(options, workspace.environment);
  project.env_files = workspace.env_files;

  Problems problems;
  for (auto& warning : workspace.warnings) problems.warn({}, std::move(warning));
  const auto environment = std::make_shared<const Environment>(workspace.environment);
  TreeLoader loader(options.read_file, project.sources, problems, project.variables);
  auto tree = YamlNode::mapping();
  for (const auto& file : workspace.files) {
    project.files.push_back(file.path);
    loader.load_over(tree, context_of(file, workspace, environment));
  }
  if (const auto* services = tree.find("services"); services != nullptr && services->entries.size() > kServicesMax) {
    problems.error(services->at, fmt::format("more than {} services; split the project", kServicesMax));
  }
  if (problems.any_errors()) return problems.failure(project.sources);

  settle_variables(project.variables);
  settle_file(tree, problems);
  decode_project(tree, {project.sources, problems}, project);
  select_services(project, options.services);
  fill_in_defaults(project);
  resolve_environments(project, options.read_service_files ? &options.read_file : nullptr, problems);
  if (options.check_consistency) {
    check_project(project, problems);
  } else {
    mark_all_used(project);
  }
  if (problems.any_errors()) return problems.failure(project.sources);
  project.environment = std::move(workspace.environment);
  project.warnings = problems.take_warnings();
  return project;
}

base::Result<Variables> collect_variables(const LoadOptions& options) {
  BASE_TRY(const auto workspace, open_workspace(options));
  Variables variables;
  variables.env_files = workspace.env_files;
  Problems problems;
  TreeLoader loader(options.read_file, variables.sources, problems, variables.uses);
  const auto environment = std::make_shared<const Environment>(workspace.environment);
  for (const auto& file : workspace.files) loader.read_documents(context_of(file, workspace, environment), {});
  if (problems.any_errors()) return problems.failure(variables.sources);
  settle_variables(variables.uses);
  return variables;
}

}  // namespace gatehouse::compose
