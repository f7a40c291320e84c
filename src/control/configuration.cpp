#include "control/configuration.h"

#include <optional>

#include <fmt/format.h>

#include "model/check.h"
#include "model/unsupported.h"
#include "sys/file.h"

namespace gatehouse::control {

using base::Result;

namespace {

Result<std::optional<model::StaticFile>> read_source(const ConfigurationSources& sources) {
  const auto path = model::config_file_path(sources.arguments, sources.environment);
  if (!path) return std::nullopt;
  BASE_TRY(auto text, sys::read_file(*path));
  return model::StaticFile{.path = *path, .text = std::move(text)};
}

}  // namespace

Result<Configuration> load_configuration(const ConfigurationSources& sources) {
  BASE_TRY(auto file, read_source(sources));
  BASE_TRY(auto loaded,
           model::load_static(
               {.arguments = sources.arguments, .environment = sources.environment, .file = std::move(file)}));
  BASE_TRY(auto adopted, Adopted::read(loaded.config.gatehouse.state_dir));
  Configuration configuration{
      .config = std::move(loaded.config), .adopted = std::move(adopted), .notices = std::move(loaded.warnings)};
  configuration.adopted.extend(configuration.config, configuration.notices);
  BASE_CHECK(model::check(configuration.config));
  for (const auto& option : model::unsupported_options(configuration.config)) {
    configuration.notices.push_back(fmt::format("the option {} is not supported yet and has no effect", option));
  }
  return configuration;
}

}  // namespace gatehouse::control
