#include "app/cli/session.h"

#include <cstdlib>

#include <unistd.h>

#include "compose/workspace.h"
#include "deploy/tree.h"

namespace gatehouse::app {

namespace fs = std::filesystem;

using base::Result;

fs::path state_dir_of(const Arguments& arguments) {
  const char* const variable = std::getenv("GATEHOUSE_STATEDIR");
  const auto path = arguments.value("--statedir").value_or(variable == nullptr ? "/var/lib/gatehouse" : variable);
  return fs::absolute(path).lexically_normal();
}

compose::Environment process_environment() {
  compose::Environment environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

compose::LoadOptions load_options(const Arguments& arguments, const fs::path& directory) {
  compose::LoadOptions options;
  options.directory = directory;
  for (const auto& file : arguments.values("--file")) options.files.emplace_back(file);
  options.environment = process_environment();
  options.project_name = arguments.value("--project-name").value_or("");
  options.profiles = arguments.values("--profile");
  return options;
}

std::string project_name_of(const std::string& word) {
  if (!deploy::holds_compose_file(word)) return compose::normal_project_name(word);
  compose::LoadOptions options;
  options.directory = word;
  options.environment = process_environment();
  options.read_service_files = false;
  const auto project = compose::load(options);
  if (project) return project->name;
  // A stack may be taken down although its files are broken: the folder gives the name then.
  return compose::normal_project_name(fs::absolute(word).lexically_normal().filename().string());
}

Result<std::unique_ptr<Session>> Session::open() {
  BASE_TRY(auto endpoint, docker::Endpoint::from_environment());
  return std::make_unique<Session>(std::move(endpoint));
}

}  // namespace gatehouse::app
