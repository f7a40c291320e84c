// Adoption: from a Traefik service in a compose project to the record that control takes for its configuration. The
// service is not started; what it would have listened on, read and answered becomes the edge's: addresses are those its
// ports are published at, paths those behind its mounts.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "compose/project.h"
#include "model/adoption.h"

namespace gatehouse::deploy {

struct AdoptOptions {
  std::filesystem::path state_dir;                        // absolute
  std::map<std::string, std::string> volume_mountpoints;  // by the engine's name of a volume
  std::string engine_endpoint;                            // "unix:///var/run/docker.sock"
};

struct Adopted {
  model::Adoption record;
  std::vector<std::string> notices;  // what was taken over, and what could not be, a sentence each
};

// Blocking: reads the file of the static configuration, where there is one. kInvalid names the option or file:line.
base::Result<Adopted> adopt(const compose::Project& project, const compose::Service& service,
                            const AdoptOptions& options);

// Writes the record, for root alone; true when it differs from what was there.
base::Result<bool> write_adoption(const model::Adoption& record, const std::filesystem::path& state_dir);
// Of a stack that is taken down; false when there was none.
base::Result<bool> remove_adoption(std::string_view project, const std::filesystem::path& state_dir);
// Is a process there that serves from the state folder (`gatehouse serve`)?
bool is_served(const std::filesystem::path& state_dir);
// All that there are, by project. A broken one is an error that names it.
base::Result<std::vector<model::Adoption>> read_adoptions(const std::filesystem::path& state_dir);

}  // namespace gatehouse::deploy
