// Takes a stack down: its containers, its networks and, where asked for, its volumes; the record of an adopted Traefik
// service too. Works on what the engine has, not on files, so that also a stack whose folder is gone can be removed.
#pragma once

#include <filesystem>
#include <string>

#include "async/task.h"
#include "deploy/report.h"
#include "docker/engine.h"

namespace gatehouse::deploy {

struct DownOptions {
  std::filesystem::path state_dir;
  bool volumes = false;
};

// Nothing that is there is no error: the report says so.
async::Task<base::Result<void>> take_down(docker::Engine& engine, std::string project, const DownOptions& options,
                                          Report& report);

}  // namespace gatehouse::deploy
