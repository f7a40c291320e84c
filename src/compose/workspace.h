// Where a load finds its inputs: the environment that variables see, the compose files, the project's name. Used by
// load() and collect_variables() alone.
#pragma once

#include "compose/load.h"

namespace gatehouse::compose {

struct Workspace {
  std::filesystem::path directory;  // absolute
  Environment environment;          // the shell's, then .env
  std::vector<std::filesystem::path> env_files;
  struct File {
    std::string name;  // for messages
    std::filesystem::path path;
  };
  std::vector<File> files;
  std::vector<std::string> warnings;
};

// kNotFound when there is no compose file; errors of a .env name its line.
base::Result<Workspace> open_workspace(const LoadOptions& options);

// Lower case, without what is not in [a-z0-9_-] and without "_" and "-" in front.
std::string normal_project_name(std::string_view name);

// from_files: the last top-level `name`, its variables replaced; may be empty.
base::Result<std::string> choose_project_name(const LoadOptions& options, const Workspace& workspace,
                                              std::string_view from_files);

}  // namespace gatehouse::compose
