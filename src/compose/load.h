// Reads a compose project from its files: .env, the compose files with their overrides, extends and includes, the
// env_files of its services. Blocking, any thread. The order is compose's: YAML, variables, schema, extends, include,
// merge, unicity, model, defaults, checks (compose-go, loader).
// Errors are kInvalid, kNotFound or what reading a file gave, the operator at fault; the message is the first thing
// found, "file:line:column: what", the detail all of them, a line each. No message holds a variable's value.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "compose/project.h"

namespace gatehouse::compose {

using ReadFile = std::function<base::Result<std::string>(const std::filesystem::path& path)>;

inline constexpr std::size_t kComposeFileBytesMax = 4u << 20;

inline constexpr std::size_t kServicesMax = 1000;

// sys::read_file() with that limit.
base::Result<std::string> read_compose_file(const std::filesystem::path& path);

struct LoadOptions {
  std::filesystem::path directory;           // the project's folder; empty: that of the first file, or the current one
  std::vector<std::filesystem::path> files;  // relative ones to the current folder; empty: COMPOSE_FILE, or the default
                                             // names in the directory
  std::vector<std::filesystem::path> env_files;  // in place of the directory's .env
  Environment environment;                       // the process's own; wins over .env
  std::string project_name;                      // empty: COMPOSE_PROJECT_NAME, the files' `name`, the folder's name
  Strings profiles;                              // besides COMPOSE_PROFILES; "*" is all of them
  Strings services;                              // named ones are active whatever their profiles
  bool read_service_files = true;                // env_file and label_file; otherwise they are only listed
  bool check_consistency = true;                 // false: a part of a project is enough, as for `docker compose config
                                                 // --no-consistency`
  ReadFile read_file = read_compose_file;
};

base::Result<Project> load(const LoadOptions& options);

// What the compose files refer to, with defaults or not, set or not: also for files that load() refuses because a
// variable is missing. Included and extended files are not followed.
struct Variables {
  Sources sources;
  std::vector<VariableUse> uses;
  std::vector<std::filesystem::path> env_files;  // those that were read
};
base::Result<Variables> collect_variables(const LoadOptions& options);

}  // namespace gatehouse::compose
